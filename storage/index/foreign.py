"""What stands in the database between us and our tables and is not ours: triggers, rules, views, row security.

Whoever administers the database can have it change, hide or drop rows as they are written or read. No digest over the rows tells,
where nobody has seen them; that something stands there does.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Engine, bindparam, text

from storage.index.database import reading

_SQLITE = text(
    "SELECT type || ' ' || name || ' on ' || tbl_name FROM sqlite_master"
    " WHERE (type = 'trigger' AND tbl_name IN :tables) OR (type = 'view' AND name IN :tables)"
    " UNION ALL SELECT type || ' ' || name || ' on ' || tbl_name FROM sqlite_temp_master WHERE type IN ('trigger', 'view')"
).bindparams(bindparam("tables", expanding=True))

_POSTGRESQL = text(
    "WITH ours AS (SELECT oid, relname, relkind, relrowsecurity FROM pg_class"
    " WHERE relname IN :tables AND relkind IN ('r', 'p', 'v', 'm', 'f') AND pg_table_is_visible(oid))"
    " SELECT 'trigger ' || tgname || ' on ' || relname FROM pg_trigger JOIN ours ON ours.oid = tgrelid WHERE NOT tgisinternal"
    " UNION ALL SELECT 'rule ' || rulename || ' on ' || relname FROM pg_rewrite JOIN ours ON ours.oid = ev_class"
    " UNION ALL SELECT 'row security on ' || relname FROM ours WHERE relrowsecurity"
    " UNION ALL SELECT relname || ' is no plain table' FROM ours WHERE relkind <> 'r'"
    " UNION ALL SELECT 'rows of ' || child.relname || ' among those of ' || ours.relname FROM pg_inherits"
    " JOIN ours ON ours.oid = inhparent JOIN pg_class child ON child.oid = inhrelid"
).bindparams(bindparam("tables", expanding=True))


def foreign_parts(engine: Engine, tables: Sequence[str]) -> list[str]:
    """What stands on these tables, in words; nothing where they are as the migrations made them."""
    asked = _POSTGRESQL if engine.dialect.name == "postgresql" else _SQLITE
    with reading(engine) as connection:
        return sorted(connection.scalars(asked, {"tables": list(tables)}))
