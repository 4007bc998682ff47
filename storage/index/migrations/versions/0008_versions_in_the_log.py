"""The log notes versions of objects, and finds them by the object."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

KEY = sa.String(collation="C").with_variant(sa.String(), "sqlite")


def upgrade() -> None:
    """Forward."""
    op.add_column("audit", sa.Column("object", KEY))
    op.create_index("audit_object", "audit", ["object", "sequence"])
