"""Two roles from the start: the application reads and writes rows, and cannot change tables."""

import os
from collections.abc import Iterator

import psycopg
import pytest
from django.apps import apps
from django.db import connection
from psycopg import sql

from supportdesk import embedded
from supportdesk.history.tracking import Record
from tests.journeys.desk import database_url

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


def test_the_application_reads_and_writes_every_table_of_ours(
    application: psycopg.Connection,
) -> None:
    tables = [
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed
        and not model._meta.proxy
        and not issubclass(model, Record)  # history is read only
    ]
    lacking = application.execute(
        "SELECT name, allowed FROM unnest(%s::text[]) AS name, unnest(%s::text[]) AS allowed "
        "WHERE NOT has_table_privilege(quote_ident(name), allowed)",
        [[*tables, "desk_numbers", "desk_cache"], ["SELECT", "INSERT", "UPDATE", "DELETE"]],
    ).fetchall()
    assert not lacking


def test_the_application_may_take_numbers_from_every_sequence(
    application: psycopg.Connection,
) -> None:
    rows = application.execute(
        "SELECT sequencename FROM pg_sequences "
        "WHERE NOT has_sequence_privilege(quote_ident(sequencename), 'USAGE')"
    ).fetchall()
    assert rows == []


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE desk_clock_of_mine (only_row boolean)",
        "ALTER TABLE promises_promise ADD COLUMN forged boolean",
        "DROP TABLE promises_promise",
        "TRUNCATE promises_promise",
        "CREATE OR REPLACE FUNCTION desk_now() RETURNS timestamptz LANGUAGE sql AS 'SELECT now()'",
        "ALTER FUNCTION desk_now() RENAME TO desk_then",
        "CREATE EXTENSION hstore",
        "CREATE ROLE helper",
    ],
)
def test_the_application_cannot_change_what_the_owner_made(
    application: psycopg.Connection, statement: str
) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        application.execute(sql.SQL(statement))


def test_the_processes_of_the_journeys_run_as_the_application() -> None:
    assert f"//{embedded.APPLICATION}@" in database_url()
