"""The station's desk: who has a paper open, and what was typed and is not confirmed yet."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

KEY = sa.String(collation="C").with_variant(sa.String(), "sqlite")


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "claims",
        sa.Column("document", KEY, nullable=False),
        sa.Column("user", KEY, nullable=False, index=True),
        sa.Column("until", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("document"),
    )
    op.create_table(
        "drafts",
        sa.Column("document", KEY, nullable=False),
        sa.Column("user", KEY, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.Column("changed", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("document"),
    )
