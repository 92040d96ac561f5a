"""The application's role makes history by what it does, and can do nothing else to it."""

import os
from collections.abc import Iterator

import psycopg
import pytest
from django.apps import apps
from django.db import connection
from psycopg import sql

from supportdesk import embedded
from supportdesk.history.reading import changes_of, tracked_models
from supportdesk.history.tracking import Record
from tests.builders import a_staff_member

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        embedded.OWNER not in os.environ.get("DATABASE_URL", ""),
        reason="DATABASE_URL brings roles of its own",
    ),
]


@pytest.fixture
def application() -> Iterator[psycopg.Connection]:
    """A connection as the role that web and workers have."""
    found = connection.settings_dict
    with psycopg.connect(
        host=found["HOST"], dbname=found["NAME"], user=embedded.APPLICATION, autocommit=True
    ) as opened:
        yield opened


def tables() -> list[str]:
    return [model._meta.db_table for model in apps.get_models() if issubclass(model, Record)]


def test_every_table_of_history_is_only_read_by_the_application(
    application: psycopg.Connection,
) -> None:
    rights = ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"]
    held = application.execute(
        "SELECT DISTINCT kind FROM unnest(%s::text[]) AS name, unnest(%s::text[]) AS kind "
        "WHERE has_table_privilege(quote_ident(name), kind)",
        [tables(), rights],
    ).fetchall()
    assert held == [("SELECT",)]
    lacking = application.execute(
        "SELECT name FROM unnest(%s::text[]) AS name "
        "WHERE NOT has_table_privilege(quote_ident(name), 'SELECT')",
        [tables()],
    ).fetchall()
    assert lacking == []
    assert len(tables()) == len(tracked_models()) > 15


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accounts_userrecord SET name = 'somebody else'",
        "DELETE FROM accounts_userrecord",
        "TRUNCATE accounts_userrecord",
        "INSERT INTO accounts_userrecord (pgh_label) VALUES ('update')",
        "ALTER TABLE accounts_userrecord ADD COLUMN forged boolean",
        "DROP TABLE accounts_userrecord",
        "ALTER TABLE accounts_user DISABLE TRIGGER ALL",
        "ALTER TABLE accounts_user DISABLE TRIGGER USER",
        "DROP TRIGGER {trigger} ON accounts_user",
        "DROP FUNCTION {trigger}()",
        (
            "CREATE OR REPLACE FUNCTION {trigger}() RETURNS trigger LANGUAGE plpgsql "
            "AS 'BEGIN RETURN NULL; END'"
        ),
        "ALTER FUNCTION {trigger}() SECURITY INVOKER",
        "SET session_replication_role = replica",
        "ALTER TABLE accounts_userrecord OWNER TO CURRENT_USER",
    ],
)
def test_the_application_may_not_rewrite_what_happened(
    application: psycopg.Connection, statement: str
) -> None:
    staff = a_staff_member("中村 健")
    trigger = _trigger_of("accounts_user")
    before = changes_of(staff)
    with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.WrongObjectType)):
        application.execute(sql.SQL(statement).format(trigger=sql.Identifier(trigger)))
    assert changes_of(staff) == before


def test_it_cannot_give_itself_the_right(application: psycopg.Connection) -> None:
    a_staff_member("中村 健")
    application.execute("GRANT ALL ON accounts_userrecord TO CURRENT_USER")  # a warning, no more
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        application.execute("UPDATE accounts_userrecord SET name = 'somebody else'")


def test_a_table_of_its_own_cannot_use_the_functions_that_write_history(
    application: psycopg.Connection,
) -> None:
    trigger = _trigger_of("accounts_user")
    application.execute("CREATE TEMPORARY TABLE forged (LIKE accounts_user)")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        application.execute(
            sql.SQL(
                "CREATE TRIGGER mine AFTER INSERT ON forged REFERENCING NEW TABLE AS new_values "
                "FOR EACH STATEMENT EXECUTE FUNCTION {trigger}()"
            ).format(trigger=sql.Identifier(trigger))
        )


def test_no_setting_of_a_session_keeps_a_change_out_of_it(
    application: psycopg.Connection,
) -> None:
    staff = a_staff_member("中村 健")
    for n, setting in enumerate(_SETTINGS):
        application.execute(setting)
        application.execute(
            "UPDATE accounts_user SET name = %s WHERE id = %s", [f"中村 {n}", staff.pk]
        )
    told = [line.fields[0].after for line in changes_of(staff)[:-1]]
    assert told == [f"中村 {n}" for n in reversed(range(len(_SETTINGS)))]


_SETTINGS = [
    (
        "SELECT set_config('pgtrigger.ignore', '{' || (SELECT string_agg(tgname, ',') "
        "FROM pg_trigger WHERE tgrelid = 'accounts_user'::regclass AND NOT tgisinternal) "
        "|| '}', false)"
    ),
    "SET search_path = pg_temp, public",
    "SET pghistory.context_metadata = ''",
    "CREATE TEMPORARY TABLE accounts_userrecord (LIKE accounts_userrecord)",
    "RESET ALL",
]


def test_raw_sql_of_nobody_we_know_says_so(application: psycopg.Connection) -> None:
    staff = a_staff_member("中村 健")
    application.execute("UPDATE accounts_user SET name = '改名' WHERE id = %s", [staff.pk])
    assert changes_of(staff)[0].who == "データベースで直接"


def _trigger_of(table: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal "
            "AND tgname LIKE '%%history_update%%'",
            [table],
        )
        (name,) = cursor.fetchone()
    return str(name)


def test_every_function_that_writes_history_runs_as_its_owner_and_cannot_be_called() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.proname FROM pg_proc p JOIN pg_trigger t ON t.tgfoid = p.oid "
            "WHERE p.proname LIKE 'pgtrigger_history_%%' AND NOT (p.prosecdef "
            "AND p.proconfig @> ARRAY['search_path=public, pg_temp'] "
            "AND NOT has_function_privilege(%s, p.oid, 'EXECUTE'))",
            [embedded.APPLICATION],
        )
        assert cursor.fetchall() == []
        cursor.execute("SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'pgtrigger_history_%'")
        assert cursor.fetchone() == (3 * len(tracked_models()),)
