"""Full text in segments by age, every subject of a paper, marks of near-duplicates instead of four bands."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

KEY = sa.String(collation="C").with_variant(sa.String(), "sqlite")

SEGMENTS = (
    "ALTER TABLE words RENAME TO words_0",
    "ALTER INDEX words_vector RENAME TO words_0_vector",
    "ALTER INDEX words_pkey RENAME TO words_0_pkey",
    "CREATE TABLE words (position bigint PRIMARY KEY, vector tsvector NOT NULL) PARTITION BY RANGE (position)",
    "CREATE INDEX words_vector ON words USING gin (vector) WITH (gin_pending_list_limit = 512)",
    "ALTER TABLE words ATTACH PARTITION words_0 FOR VALUES FROM (MINVALUE) TO (MAXVALUE)",
)
COMPRESSION = """
DO $$ BEGIN
  EXECUTE 'ALTER TABLE words ALTER COLUMN vector SET COMPRESSION lz4';
  EXECUTE 'ALTER TABLE words_0 ALTER COLUMN vector SET COMPRESSION lz4';
EXCEPTION WHEN OTHERS THEN NULL;  -- a server before 14, or built without lz4: slower to look through, no worse
END $$
"""


def upgrade() -> None:
    """Forward."""
    for name in ("other_subjects", "number_marks"):
        op.add_column("documents", sa.Column(name, sa.Text(), nullable=False, server_default=""))
        with op.batch_alter_table("documents") as documents:
            documents.alter_column(name, server_default=None)
    op.create_table(
        "other_subjects",
        sa.Column("subject_id", KEY, nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("subject_id", "position"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_other_subjects_position", "other_subjects", ["position"])
    op.drop_table("perceptual_bands")
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        for statement in (*SEGMENTS, COMPRESSION):
            op.execute(statement)
    if connection.scalar(sa.text("SELECT count(*) FROM documents")):  # only the archive knows what is new
        op.execute("INSERT INTO meta (name, value) VALUES ('stale', '0002')")
