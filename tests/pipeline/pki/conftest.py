from tests.pki.fixtures import _running, copy_pdf, officer, offline, pki, seal, trust

__all__ = ["_running", "copy_pdf", "officer", "offline", "pki", "seal", "trust"]
