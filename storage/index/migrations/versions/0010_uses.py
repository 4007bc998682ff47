"""Every dossier that a paper serves in; those of before have served once, in the one that they came with."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

KEY = sa.String(collation="C").with_variant(sa.String(), "sqlite")
POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Forward."""
    op.add_column("documents", sa.Column("uses", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("documents") as documents:
        documents.alter_column("uses", server_default=None)
    op.create_table(
        "uses",
        sa.Column("position", POSITION, autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", KEY, nullable=False),
        sa.Column("dossier", KEY, nullable=False),
        sa.Column("procedure", KEY),
        sa.Column("subject", KEY),
        sa.Column("agency", sa.Text()),
        sa.Column("component", sa.Text()),
        sa.Column("at", KEY, nullable=False),
        sa.PrimaryKeyConstraint("position", "number"),
    )
    op.create_index("uses_dossier", "uses", ["dossier", "position"])
    op.create_index("uses_at", "uses", ["at"])
    op.create_index("uses_subject", "uses", ["subject"])
    op.execute(
        "INSERT INTO uses (position, number, kind, dossier, at)"
        " SELECT position, 0, 'received', dossier, archived_at FROM documents WHERE dossier IS NOT NULL"
    )
