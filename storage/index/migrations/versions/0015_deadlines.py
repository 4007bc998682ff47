"""Appointed days of dossiers, and how many fields of a paper a person should look at; the latter only the archive knows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

KEY = sa.String(collation="C").with_variant(sa.String(), "sqlite")


def upgrade() -> None:
    """Forward."""
    op.add_column("documents", sa.Column("doubts", sa.Integer()))
    op.add_column("documents", sa.Column("due", KEY))
    op.create_index("documents_doubts", "documents", ["state", "doubts", "position"])
    dated = sa.text("due IS NOT NULL")
    op.create_index(
        "documents_due", "documents", ["state", "due", "position"], sqlite_where=dated, postgresql_where=dated
    )
    op.create_table(
        "deadlines",
        sa.Column("dossier", KEY, nullable=False),
        sa.Column("due", KEY, nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("dossier"),
    )
    connection = op.get_bind()
    if connection.scalar(sa.text("SELECT count(*) FROM documents")):
        op.execute("DELETE FROM meta WHERE name = 'stale'")
        op.execute("INSERT INTO meta (name, value) VALUES ('stale', '0015')")
