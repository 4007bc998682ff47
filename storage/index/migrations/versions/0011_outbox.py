"""Events for other systems and who receives them; keys of requests that are done once; numbers of one person."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

KEY = sa.String(collation="C").with_variant(sa.String(), "sqlite")
POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "events",
        sa.Column("sequence", POSITION, autoincrement=True, nullable=False),
        sa.Column("id", KEY, nullable=False, unique=True),
        sa.Column("kind", KEY, nullable=False),
        sa.Column("document", KEY, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("type", KEY, nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("sequence"),
    )
    op.create_table(
        "receivers",
        sa.Column("agency", KEY, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("done", sa.BigInteger(), nullable=False),
        sa.Column("last", KEY),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("due", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("agency"),
    )
    op.create_table(
        "once",
        sa.Column("key", KEY, nullable=False),
        sa.Column("request", KEY, nullable=False),
        sa.Column("result", sa.Text()),
        sa.Column("until", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "same_person",
        sa.Column("one", KEY, nullable=False),
        sa.Column("other", KEY, nullable=False),
        sa.Column("same", sa.Boolean(), nullable=False),
        sa.Column("by", KEY, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("one", "other"),
    )
