"""Papers are found by what their people are called. Only the archive knows all names."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

KEY = sa.String(collation="C").with_variant(sa.String(), "sqlite")


def upgrade() -> None:
    """Forward."""
    op.add_column("documents", sa.Column("names", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("documents") as documents:
        documents.alter_column("names", server_default=None)
    op.create_table(
        "names",
        sa.Column("key", KEY, nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", "position"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_names_position", "names", ["position"])
    connection = op.get_bind()
    if connection.scalar(sa.text("SELECT count(*) FROM documents")):
        op.execute("DELETE FROM meta WHERE name = 'stale'")
        op.execute("INSERT INTO meta (name, value) VALUES ('stale', '0012')")
