"""The tables, as SQLAlchemy Core. ``migrations/`` makes them; a test checks that both say the same."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

#: The migration that makes these tables.
REVISION = "0015"

metadata = MetaData()

KEY = String(collation="C").with_variant(String(), "sqlite")
"""Compared byte by byte on both databases, so that a range of keys is a range of the index."""

documents = Table(
    "documents",
    metadata,
    Column("position", BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=False),
    Column("id", KEY, nullable=False, unique=True),
    Column("version", Integer, nullable=False),
    Column("scan_sha256", KEY, nullable=False),
    Column("type", KEY, nullable=False),
    Column("type_confidence", Float, nullable=False),
    Column("state", KEY, nullable=False),
    Column("subject_id", KEY),
    Column("subject_name", Text),
    Column("other_subjects", Text, nullable=False),
    Column("number", Text),
    Column("number_key", KEY),
    Column("agency", Text),
    Column("agency_key", KEY),
    Column("title", Text),
    Column("issued_on", KEY),
    Column("born_on", KEY),
    Column("valid_from", KEY),
    Column("valid_until", KEY),
    Column("archived_at", KEY, nullable=False),
    Column("dossier", KEY),
    Column("source", Text, nullable=False),
    Column("pages", Integer, nullable=False),
    Column("signed", Boolean, nullable=False),
    Column("quality_flags", Text, nullable=False),
    Column("perceptual_hash", KEY),
    Column("number_marks", Text, nullable=False),
    Column("duplicates", Text, nullable=False),
    Column("superseded_by", KEY),
    Column("uses", Text, nullable=False),
    Column("names", Text, nullable=False),
    Column("words_digest", KEY, nullable=False),
    Column("doubts", Integer),
    Column("due", KEY),
    Column("generation", Integer, nullable=False),
)

Index("documents_scan", documents.c.scan_sha256)
Index("documents_subject", documents.c.subject_id, documents.c.position)
Index("documents_number", documents.c.number_key, documents.c.position)
Index("documents_type", documents.c.type, documents.c.position)
Index("documents_state", documents.c.state, documents.c.position)
Index("documents_dossier", documents.c.dossier, documents.c.position)
Index("documents_agency", documents.c.agency_key, documents.c.position)
Index("documents_issued", documents.c.issued_on)
Index("documents_valid_until", documents.c.valid_until)
Index("documents_doubts", documents.c.state, documents.c.doubts, documents.c.position)
_DATED = documents.c.due.is_not(None)
Index(
    "documents_due",
    documents.c.state,
    documents.c.due,
    documents.c.position,
    sqlite_where=_DATED,
    postgresql_where=_DATED,
)

deadlines = Table(
    "deadlines",
    metadata,
    Column("dossier", KEY, primary_key=True),
    Column("due", KEY, nullable=False),
    Column("generation", Integer, nullable=False),
)
"""Dossiers with an appointed day (``storage.index.deadlines``); ``documents.due`` is the first of those that a paper serves in."""

other_subjects = Table(
    "other_subjects",
    metadata,
    Column("subject_id", KEY, primary_key=True),
    Column("position", BigInteger, primary_key=True, index=True),
    sqlite_with_rowid=False,
)
"""Who a paper is about besides its first subject: the other spouse of a marriage certificate. Few papers have a row."""

names = Table(
    "names",
    metadata,
    Column("key", KEY, primary_key=True),
    Column("position", BigInteger, primary_key=True, index=True),
    sqlite_with_rowid=False,
)
"""What the people and organisations of a paper are called, folded: a whole name is one look."""

uses = Table(
    "uses",
    metadata,
    Column("position", BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("kind", KEY, nullable=False),
    Column("dossier", KEY, nullable=False),
    Column("procedure", KEY),
    Column("subject", KEY),
    Column("agency", Text),
    Column("component", Text),
    Column("at", KEY, nullable=False),
)
"""Every dossier that a paper was handed in for, or reused in, or not (``storage.model.Use``); ``at`` is ISO 8601 in UTC."""

Index("uses_dossier", uses.c.dossier, uses.c.position)
Index("uses_at", uses.c.at)
Index("uses_subject", uses.c.subject)

jobs = Table(
    "jobs",
    metadata,
    Column("number", BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=True),
    Column("key", KEY, nullable=False, unique=True),
    Column("kind", KEY, nullable=False),
    Column("batch", KEY, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("payload", Text, nullable=False),
    Column("stamp", KEY, nullable=False),
    Column("state", KEY, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("losses", Integer, nullable=False),
    Column("fence", BigInteger, nullable=False),
    Column("owner", KEY),
    Column("due", Float, nullable=False),
    Column("created", Float, nullable=False),
    Column("ended", Float),
    Column("error", KEY),
    Column("result", Text),
)
"""The ledger of work (``storage/queue``); times are Unix seconds by the database's clock. The only tables that no
archive can rebuild are this one and the log."""

Index("jobs_next", jobs.c.state, jobs.c.priority, jobs.c.number)
Index("jobs_batch", jobs.c.batch, jobs.c.state, jobs.c.priority, jobs.c.number)

slots = Table(
    "slots",
    metadata,
    Column("name", KEY, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("owner", KEY, nullable=False),
    Column("due", Float, nullable=False),
)
"""Places in what is shared (``storage/slots.py``); a place whose time is over is free."""

users = Table(
    "users",
    metadata,
    Column("name", KEY, primary_key=True),
    Column("full_name", Text, nullable=False),
    Column("roles", Text, nullable=False),
    Column("password", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("created", Float, nullable=False),
)
"""Officers of a station with a local store of users (``storage/accounts.py``); passwords as Argon2 hashes."""

sessions = Table(
    "sessions",
    metadata,
    Column("digest", KEY, primary_key=True),
    Column("user", KEY, nullable=False, index=True),
    Column("csrf", KEY, nullable=False),
    Column("created", Float, nullable=False),
    Column("seen", Float, nullable=False),
)
"""Who is signed in; of the cookie only the SHA-256 is kept."""

agencies = Table(
    "agencies",
    metadata,
    Column("id", KEY, primary_key=True),
    Column("name", Text, nullable=False),
    Column("keys", Text, nullable=False),
    Column("policy", Text, nullable=False),
    Column("active", Boolean, nullable=False),
)
"""Agencies that ask through the API (``storage/agencies.py``): public keys, policy."""

agency_tokens = Table(
    "agency_tokens",
    metadata,
    Column("digest", KEY, primary_key=True),
    Column("agency", KEY, nullable=False, index=True),
    Column("until", Float, nullable=False),
    Column("certificate", KEY),
)

used_assertions = Table(
    "used_assertions",
    metadata,
    Column("digest", KEY, primary_key=True),
    Column("until", Float, nullable=False),
)

agency_looks = Table(
    "agency_looks",
    metadata,
    Column("agency", KEY, primary_key=True),
    Column("day", Integer, primary_key=True, autoincrement=False),
    Column("looks", Integer, nullable=False),
)

claims = Table(
    "claims",
    metadata,
    Column("document", KEY, primary_key=True),
    Column("user", KEY, nullable=False, index=True),
    Column("until", Float, nullable=False),
)
"""Papers that an officer has open at the station: a lease that work renews (``storage/desk.py``)."""

drafts = Table(
    "drafts",
    metadata,
    Column("document", KEY, primary_key=True),
    Column("user", KEY, nullable=False),
    Column("version", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("answers", Text, nullable=False),
    Column("changed", Float, nullable=False),
)
"""What was typed at the station and is not confirmed yet."""

events = Table(
    "events",
    metadata,
    Column("sequence", BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=True),
    Column("id", KEY, nullable=False, unique=True),
    Column("kind", KEY, nullable=False),
    Column("document", KEY, nullable=False),
    Column("version", Integer, nullable=False),
    Column("type", KEY, nullable=False),
    Column("at", Float, nullable=False),
)
"""What happened to records, to be told to other systems (``storage/outbox.py``)."""

receivers = Table(
    "receivers",
    metadata,
    Column("agency", KEY, primary_key=True),
    Column("url", Text, nullable=False),
    Column("done", BigInteger, nullable=False),
    Column("last", KEY),
    Column("tries", Integer, nullable=False),
    Column("due", Float, nullable=False),
)

once = Table(
    "once",
    metadata,
    Column("key", KEY, primary_key=True),
    Column("request", KEY, nullable=False),
    Column("result", Text),
    Column("until", Float, nullable=False),
)
"""Keys of requests that must be done once (``storage/once.py``)."""

same_person = Table(
    "same_person",
    metadata,
    Column("one", KEY, primary_key=True),
    Column("other", KEY, primary_key=True),
    Column("same", Boolean, nullable=False),
    Column("by", KEY, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", Float, nullable=False),
)
"""Two numbers, the lesser one first, of which an officer found that one person has them, or not."""

audit = Table(
    "audit",
    metadata,
    Column("sequence", BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=False),
    Column("day", KEY, nullable=False, index=True),
    Column("line", Text, nullable=False),
    Column("digest", KEY, nullable=False),
    Column("object", KEY),
)
"""The log: each line's digest covers the digest before it (``storage/audit.py``). ``object`` is filled where a line notes a
version of an object, to find the newest one; the line says it, too."""

Index("audit_object", audit.c.object, audit.c.sequence)

concerned = Table(
    "concerned",
    metadata,
    Column("document", KEY, primary_key=True),
    Column(
        "sequence",
        BigInteger().with_variant(Integer(), "sqlite"),
        primary_key=True,
        autoincrement=False,
    ),
)
"""Which documents a line of the log concerns; the line says it, too (``storage.audit_lines.documents_of``)."""

wrong_tries = Table(
    "wrong_tries",
    metadata,
    Column("key", KEY, nullable=False, index=True),
    Column("at", Float, nullable=False),
)
"""Wrong passwords of the last minutes, by the SHA-256 of the name or address they were tried with (``storage/tries.py``)."""

meta = Table("meta", metadata, Column("name", KEY, primary_key=True), Column("value", Text, nullable=False))
"""Where a rebuild stands, and whether one is needed since the tables changed."""
