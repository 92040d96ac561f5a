"""What load balancers and alarms are told."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from licensing.models import RevocationList
from supportdesk import clock
from supportdesk.outbox import restored
from supportdesk.outbox import services as outbox
from supportdesk.outbox.models import Home, Mail
from tests.clock import set_desk_clock, tokyo


def put_a_mail(due: str) -> None:
    outbox.put(
        kind="test",
        subject_key=due,
        recipient="r.sasaki@aoba-kogyo.example",
        subject="件名",
        body="本文",
        due_at=tokyo(due),
        now=tokyo("2026-11-20 09:00"),
    )


def test_alive_asks_nobody(client: Client) -> None:
    # No database mark: a query would fail this test.
    answer = client.get("/health/")
    assert (answer.status_code, answer.content) == (200, b"ok")


@pytest.mark.django_db
def test_ready_while_nothing_is_overdue(client: Client) -> None:
    set_desk_clock("2026-11-20 10:00")
    put_a_mail("2026-11-24 09:00")
    answer = client.get("/health/ready/")
    assert answer.status_code == 200
    assert answer.json() == {
        "database": "ok",
        "oldest_overdue_mail_seconds": 0,
        "revocation_list": "missing",
        "revocation_list_seconds": 0,
    }
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
@pytest.mark.parametrize(("at", "status"), [("10:02:00", 200), ("10:02:01", 503)])
def test_nobody_delivers_for_two_minutes_is_an_alarm(client: Client, at: str, status: int) -> None:
    put_a_mail("2026-11-20 10:00")
    set_desk_clock(f"2026-11-20 {at}")
    assert client.get("/health/ready/").status_code == status


@pytest.mark.django_db
def test_one_full_mailbox_is_no_alarm_until_its_rest_is_long_over(client: Client) -> None:
    clock.unshift()
    now = clock.now()
    put_a_mail("2026-11-20 10:00")
    Mail.objects.update(retry_at=now + timedelta(minutes=10))
    assert client.get("/health/ready/").status_code == 200
    Mail.objects.update(retry_at=now - timedelta(minutes=10))
    assert client.get("/health/ready/").status_code == 503


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("at", "status", "state"),
    [("2026-11-21 23:59:59", 200, "fresh"), ("2026-11-22 00:00:00", 503, "stale")],
)
def test_a_stale_revocation_list_is_an_alarm(
    client: Client, at: str, status: int, state: str
) -> None:
    RevocationList.objects.create(
        number=1,
        issued_at=tokyo("2026-11-20 10:00"),
        next_on=date(2026, 11, 21),
        count=0,
        digest="",
        kid="2026a",
        text="…",
    )
    set_desk_clock(at)
    answer = client.get("/health/ready/")
    assert (answer.status_code, answer.json()["revocation_list"]) == (status, state)


def test_a_database_that_is_away_is_said(client: Client, monkeypatch: Any) -> None:
    def away() -> None:
        raise OperationalError("gone")

    monkeypatch.setattr("supportdesk.clock.now", away)
    answer = client.get("/health/ready/")
    assert (answer.status_code, answer.json()) == (503, {"database": "unreachable"})


@pytest.mark.django_db
def test_a_restored_database_is_told_until_somebody_has_looked(client: Client) -> None:
    now = set_desk_clock("2026-11-20 10:00")
    assert client.get("/health/ready/").json()["database"] == "ok"
    Home.objects.create(system="7301", database=5)
    answer = client.get("/health/ready/")
    assert (answer.status_code, answer.json()["database"]) == (503, "restored")
    restored.settle([], now=now)
    assert client.get("/health/ready/").status_code == 200
