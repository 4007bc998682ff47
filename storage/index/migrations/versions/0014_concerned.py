"""Which documents a line of the log concerns, wrong passwords of all processes together, tokens bound to a certificate."""

from __future__ import annotations

import json
import re

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

KEY = sa.String(collation="C").with_variant(sa.String(), "sqlite")
BATCH = 5000


def upgrade() -> None:
    """Forward."""
    concerned = op.create_table(
        "concerned",
        sa.Column("document", KEY, primary_key=True),
        sa.Column(
            "sequence",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            primary_key=True,
            autoincrement=False,
        ),
    )
    op.create_table(
        "wrong_tries",
        sa.Column("key", KEY, nullable=False, index=True),
        sa.Column("at", sa.Float(), nullable=False),
    )
    op.add_column("agency_tokens", sa.Column("certificate", KEY))
    audit = sa.table("audit", sa.column("sequence"), sa.column("line"), sa.column("object"))
    chosen = sa.select(audit.c.sequence, audit.c.line).where(audit.c.object.is_(None))
    connection, after = op.get_bind(), -1
    while True:
        following = chosen.where(audit.c.sequence > after).order_by(audit.c.sequence).limit(BATCH)
        lines = connection.execute(following).all()
        if not lines:
            return
        after = lines[-1].sequence
        rows = [{"document": id, "sequence": n} for n, line in lines for id in _documents(line)]
        if rows:
            connection.execute(sa.insert(concerned), rows)


def _documents(line: str) -> set[str]:
    named = {one.partition("/")[0] for one in str(json.loads(line).get("object", "")).split()}
    return {one for one in named if re.fullmatch(r"[A-Za-z0-9._:-]{1,64}", one)}
