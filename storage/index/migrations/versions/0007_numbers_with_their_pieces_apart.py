"""Keys of numbers keep runs of digits apart: ``55`` finds ``55/2017``. Only the archive knows them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    connection = op.get_bind()
    if connection.scalar(sa.text("SELECT count(*) FROM documents")):
        op.execute("DELETE FROM meta WHERE name = 'stale'")
        op.execute("INSERT INTO meta (name, value) VALUES ('stale', '0007')")
