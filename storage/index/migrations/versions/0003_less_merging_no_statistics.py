"""SQLite merges its full text less while writing, more at night; PostgreSQL keeps no statistics of vectors, which planning would read."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

STATEMENTS = {
    "sqlite": (
        "INSERT INTO words (words, rank) VALUES ('automerge', 8)",
        "INSERT INTO words (words, rank) VALUES ('usermerge', 2)",
    ),
    "postgresql": ("ALTER TABLE words ALTER COLUMN vector SET STATISTICS 0",),
}


def upgrade() -> None:
    """Forward."""
    for statement in STATEMENTS[op.get_bind().dialect.name]:
        op.execute(statement)
