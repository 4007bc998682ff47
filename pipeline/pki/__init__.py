"""What signing and verifying share: whom we trust, what certificates are for, how addresses are asked, PAdES levels.

``verify`` builds on this, ``sign`` on both; nothing here knows either.
"""

from pipeline.pki.levels import DEMO_ORGANIZATION, Level
from pipeline.pki.trust import Trust

__all__ = ["DEMO_ORGANIZATION", "Level", "Trust"]
