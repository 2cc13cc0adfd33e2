"""What a query may do on a PostgreSQL server: the rights of the role that runs it, set once per server.

Theory: the server decides, not the text. Queries run as a role that owns nothing, in a template database where EXECUTE
on every function of the system was taken from everybody and given back for a list: what the catalog marks immutable,
and the stable functions of dates, text, JSON and arrays. So set_config, pg_sleep, the advisory locks, the file and
large-object functions and whatever a later version adds are refused by the server. The system's tables cannot be read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from verisieve.verifiers.sql import lexer
from verisieve.verifiers.sql.engine import EngineMissingError, Fault

if TYPE_CHECKING:
    import psycopg

READER, OWNER, TEMPLATE = "verisieve_reader", "verisieve_owner", "verisieve_template"
VERSION = "verisieve 1"
MOST_CHARS = 20_000
_LOCK = 7_205_759_403_792  # of the set-up, so that two processes do not do it at once

# Stable or volatile, and wanted all the same. Chance is let through, so that it is told as unstable.
_WORDS = """
age date_part date_trunc extract to_char to_date to_number to_timestamp timezone make_timestamptz date_bin
timestamptz timestamp date time timetz interval text float4 float8 numeric int2 int4 int8 bool concat concat_ws
format quote_literal quote_nullable string_agg array_agg json_agg jsonb_agg json_object_agg jsonb_object_agg
array_to_string string_to_array array_to_json row_to_json to_json to_jsonb json_build_array json_build_object
jsonb_build_array jsonb_build_object json_populate_record jsonb_populate_record json_populate_recordset
jsonb_populate_recordset json_to_record jsonb_to_record json_to_recordset jsonb_to_recordset
jsonb_path_exists_tz jsonb_path_match_tz jsonb_path_query_tz jsonb_path_query_array_tz jsonb_path_query_first_tz
generate_series overlaps lower upper initcap regexp_replace random gen_random_uuid clock_timestamp now
statement_timestamp transaction_timestamp timeofday enum_first enum_last enum_range convert_from convert_to
to_tsvector to_tsquery plainto_tsquery width_bucket pg_typeof
"""
_WANTED = _WORDS.split()
_UNWANTED = r"^(pg_|lo_|dblink|binary_upgrade|query_to|table_to|cursor_to|schema_to|database_to|ts_stat|ts_rewrite)"
_STABLE_OPERATORS = "SELECT oprcode FROM pg_catalog.pg_operator"
_LISTED = f"""SELECT p.oid::regprocedure::text FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n
ON n.oid = p.pronamespace WHERE n.nspname = 'pg_catalog' AND p.prokind <> 'p' AND (p.proname !~ '{_UNWANTED}'
OR p.proname = 'pg_typeof') AND (p.provolatile = 'i' OR p.proname = ANY(%s)
OR (p.provolatile = 's' AND p.oid IN ({_STABLE_OPERATORS})))"""  # noqa: S608  # our own words

_READER_SETTINGS = {
    "statement_timeout": "20s",
    "lock_timeout": "5s",
    "default_transaction_read_only": "on",
    "temp_file_limit": "16MB",
    "work_mem": "4MB",
    "cursor_tuple_fraction": "1.0",
    "max_parallel_workers_per_gather": "0",
    "jit": "off",
    "timezone": "UTC",
    "intervalstyle": "postgres",
    "bytea_output": "hex",
    "datestyle": "ISO, YMD",
    "extra_float_digits": "1",
}


def prepare(dsn: str) -> None:
    """Make the roles and the template database, if this server lacks them; needs a superuser."""
    import psycopg

    with psycopg.connect(dsn, autocommit=True) as admin:
        if admin.info.parameter_status("is_superuser") != "on":
            raise EngineMissingError(
                "the PostgreSQL role of VERISIEVE_POSTGRES is no superuser; rights could not be revoked"
            )
        admin.execute("SELECT pg_advisory_lock(%s)", (_LOCK,))
        said = admin.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", (TEMPLATE,)
        ).fetchone()
        if said and said[0] == VERSION:
            return
        _roles(admin)
        if said:
            _run(admin, f"ALTER DATABASE {TEMPLATE} IS_TEMPLATE false; DROP DATABASE {TEMPLATE}")
        _run(admin, f"CREATE DATABASE {TEMPLATE} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'")
        with psycopg.connect(dsn, dbname=TEMPLATE, autocommit=True) as inside:
            _strip(inside)
        _run(admin, f"COMMENT ON DATABASE {TEMPLATE} IS '{VERSION}'")


def _run(connection: psycopg.Connection[Any], statements: str) -> None:
    """Run statements of our own, one at a time."""
    for statement in lexer.statements(statements):
        connection.execute(statement.encode())


def _roles(admin: psycopg.Connection[Any]) -> None:
    for role in (READER, OWNER):
        if not admin.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).fetchone():
            _run(admin, f"CREATE ROLE {role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION")
    for name, value in _READER_SETTINGS.items():
        _run(admin, f"ALTER ROLE {READER} SET {name} = '{value}'")
    for name in ("timezone", "datestyle"):
        _run(admin, f"ALTER ROLE {OWNER} SET {name} = '{_READER_SETTINGS[name]}'")


def _strip(inside: psycopg.Connection[Any]) -> None:
    """Take away all rights on what the system brings, and give back those that a query needs."""
    for schema in ("pg_catalog", "information_schema"):
        _run(inside, f"REVOKE EXECUTE ON ALL ROUTINES IN SCHEMA {schema} FROM PUBLIC")
        _run(inside, f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM PUBLIC")
    _run(inside, "DROP EXTENSION IF EXISTS plpgsql; REVOKE ALL ON LANGUAGE sql FROM PUBLIC")
    _run(inside, f"REVOKE ALL ON DATABASE {TEMPLATE} FROM PUBLIC")
    listed = [row[0] for row in inside.execute(_LISTED, (_WANTED,))]
    _run(inside, f"GRANT EXECUTE ON ROUTINE {', '.join(listed)} TO {READER}, {OWNER}")
    sequences = [
        row[0]
        for row in inside.execute(
            "SELECT oid::regprocedure::text FROM pg_proc WHERE proname = ANY(%s)",
            (["nextval", "setval", "set_config"],),
        )
    ]
    _run(inside, f"GRANT EXECUTE ON ROUTINE {', '.join(sequences)} TO {OWNER}")


def reason(sql: str) -> str:
    """Say why a statement is not even sent; empty where the server may decide."""
    if len(sql) > MOST_CHARS:
        return f"the query is longer than {MOST_CHARS} characters"
    if lexer.is_command(sql):
        return "the statement is no query"
    return ""


def fault(state: str) -> Fault:
    """Tell refusals and exhausted limits from queries that are no SQL, by the server's code."""
    if state in ("42501", "25006"):
        return Fault.UNSAFE
    if state[:2] in ("53", "54", "57"):  # no resources, too complex, cancelled
        return Fault.LIMIT
    return Fault.INVALID
