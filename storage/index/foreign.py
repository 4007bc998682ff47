"""What stands in the database between us and our tables and is not ours: triggers, rules, views, row security, constraints, indexes.

Whoever administers the database can have it change, hide or drop rows as they are written or read. No digest over the rows tells,
where nobody has seen them; that something stands there does.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, Engine, bindparam, inspect, text

from storage.index.database import reading
from storage.index.tables import metadata

_SQLITE = text(
    "SELECT type || ' ' || name || ' on ' || tbl_name FROM sqlite_master"
    " WHERE (type = 'trigger' AND tbl_name IN :tables) OR (type = 'view' AND name IN :tables)"
    " UNION ALL SELECT 'words of its own in ' || name FROM sqlite_master WHERE type = 'table' AND name IN :tables"
    " AND (sql LIKE '%VIRTUAL%' OR sql LIKE '%ON CONFLICT%' OR sql LIKE '%COLLATE%' OR sql LIKE '%GENERATED%' OR sql LIKE '%DEFAULT%')"
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
    " UNION ALL SELECT 'index ' || lookup.relname || ' on ' || ours.relname || ' does not hold all rows' FROM pg_index"
    " JOIN ours ON ours.oid = indrelid JOIN pg_class lookup ON lookup.oid = indexrelid"
    " WHERE indpred IS NOT NULL OR indexprs IS NOT NULL OR NOT (indisvalid AND indisready AND indislive)"
).bindparams(bindparam("tables", expanding=True))


def foreign_parts(engine: Engine, tables: Sequence[str]) -> list[str]:
    """What stands on these tables, in words; nothing where they are as the migrations made them."""
    asked = _POSTGRESQL if engine.dialect.name == "postgresql" else _SQLITE
    with reading(engine) as connection:
        found = list(connection.scalars(asked, {"tables": list(tables)}))
        # An index that holds other rows than its table hides them from who looks there.
        if engine.dialect.name == "sqlite":
            for table in tables:
                told = connection.scalars(text(f"PRAGMA integrity_check({table})"))
                found += [f"{table} is damaged: {one}" for one in told if one != "ok"][:1]
        return sorted(found + _unlike(connection, tables))


def _unlike(connection: Connection, tables: Sequence[str]) -> list[str]:
    """Columns, constraints and indexes that no migration made: they refuse rows, or fill them."""
    seen, found = inspect(connection), []
    for name in tables:
        if not seen.has_table(name):
            continue
        ours = metadata.tables[name]
        own = {str(index.name) for index in ours.indexes}
        columns = {str(column["name"]) for column in seen.get_columns(name)} - set(ours.columns.keys())
        checks = [str(one["name"] or one["sqltext"]) for one in seen.get_check_constraints(name)]
        indexes = {
            str(one["name"]) for one in (*seen.get_indexes(name), *seen.get_unique_constraints(name))
        } - own
        found += [f"column {one} on {name}" for one in columns]
        found += [f"constraint {one} on {name}" for one in checks]
        found += [f"index {one} on {name}" for one in indexes]
    return found
