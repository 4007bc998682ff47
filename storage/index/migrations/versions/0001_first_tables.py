"""The first tables: documents with their words, perceptual bands, jobs, the log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

KEY = sa.String(collation="C").with_variant(sa.String(), "sqlite")
POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

WORDS = {
    "sqlite": (
        "CREATE VIRTUAL TABLE words USING fts5"
        "(terms, tokenize = \"ascii tokenchars '_'\", detail = none, columnsize = 0)",
    ),
    "postgresql": (
        "CREATE TABLE words (position bigint PRIMARY KEY, vector tsvector NOT NULL) WITH (toast_tuple_target = 128)",
        "CREATE INDEX words_vector ON words USING gin (vector) WITH (gin_pending_list_limit = 512)",
    ),
}


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "audit",
        sa.Column("sequence", POSITION, autoincrement=False, nullable=False),
        sa.Column("day", KEY, nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("digest", KEY, nullable=False),
        sa.PrimaryKeyConstraint("sequence"),
    )
    op.create_index("ix_audit_day", "audit", ["day"])
    op.create_table(
        "documents",
        sa.Column("position", POSITION, autoincrement=False, nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("scan_sha256", KEY, nullable=False),
        sa.Column("type", KEY, nullable=False),
        sa.Column("type_confidence", sa.Float(), nullable=False),
        sa.Column("state", KEY, nullable=False),
        sa.Column("subject_id", KEY),
        sa.Column("subject_name", sa.Text()),
        sa.Column("number", sa.Text()),
        sa.Column("number_key", KEY),
        sa.Column("agency", sa.Text()),
        sa.Column("agency_key", KEY),
        sa.Column("title", sa.Text()),
        sa.Column("issued_on", KEY),
        sa.Column("born_on", KEY),
        sa.Column("valid_from", KEY),
        sa.Column("valid_until", KEY),
        sa.Column("archived_at", KEY, nullable=False),
        sa.Column("dossier", KEY),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("signed", sa.Boolean(), nullable=False),
        sa.Column("quality_flags", sa.Text(), nullable=False),
        sa.Column("perceptual_hash", KEY),
        sa.Column("duplicates", sa.Text(), nullable=False),
        sa.Column("superseded_by", KEY),
        sa.Column("words_digest", KEY, nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("position"),
        sa.UniqueConstraint("id"),
    )
    op.create_index("documents_agency", "documents", ["agency_key", "position"])
    op.create_index("documents_dossier", "documents", ["dossier", "position"])
    op.create_index("documents_issued", "documents", ["issued_on"])
    op.create_index("documents_number", "documents", ["number_key", "position"])
    op.create_index("documents_scan", "documents", ["scan_sha256"])
    op.create_index("documents_state", "documents", ["state", "position"])
    op.create_index("documents_subject", "documents", ["subject_id", "position"])
    op.create_index("documents_type", "documents", ["type", "position"])
    op.create_index("documents_valid_until", "documents", ["valid_until"])
    op.create_table(
        "jobs",
        sa.Column("key", KEY, nullable=False),
        sa.Column("kind", KEY, nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("state", KEY, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("worker", KEY),
        sa.Column("due", sa.Float(), nullable=False),
        sa.Column("created", sa.Float(), nullable=False),
        sa.Column("error", KEY),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index("jobs_due", "jobs", ["kind", "state", "due"])
    op.create_table(
        "meta",
        sa.Column("name", KEY, nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "perceptual_bands",
        sa.Column("band", sa.SmallInteger(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("band", "value", "position"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_perceptual_bands_position", "perceptual_bands", ["position"])
    for statement in WORDS[op.get_bind().dialect.name]:
        op.execute(statement)
