"""Places in what is shared (``storage/slots.py``), and how often a job was lost with its holder."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

KEY = sa.String(collation="C").with_variant(sa.String(), "sqlite")


def upgrade() -> None:
    """Forward."""
    op.add_column("jobs", sa.Column("losses", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("jobs") as jobs:
        jobs.alter_column("losses", server_default=None)
    op.create_table(
        "slots",
        sa.Column("name", KEY, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("owner", KEY, nullable=False),
        sa.Column("due", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("name", "number"),
    )
