"""Network scanners: pages pulled by eSCL (AirScan), put into one file, handed in like any other scan."""

from flows.scanner.escl import Scanned, ScanWish, scan_pages
from flows.scanner.hand_in import scan_in

__all__ = ["ScanWish", "Scanned", "scan_in", "scan_pages"]
