"""The signed text is in the mail that brings it, in a resend, and on demand: nowhere else."""

import base64
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from licensing import services
from licensing.models import Application, Key, KeyDisplay
from supportdesk.outbox.delivery import Courier
from supportdesk.outbox.models import Mail
from tests.accounts import doors
from tests.builders import a_contact, a_staff_member
from tests.clock import set_desk_clock, tokyo
from tests.licensing.builders import a_license, send, wanted
from tests.licensing.moves import everything_in, fresh, key_of, signed_text
from tests.outbox.sink import Received, smtp_sink
from tests.signing.keys import a_key_ring

pytestmark = pytest.mark.django_db

# The only mails that may have a key inside.
BRING_KEYS = {"license_key", "provisional_key", "overlap_key", "license_key_again"}


@dataclass
class Life:
    """A move from its application to the old server's stop, with everything that was said."""

    move: Application
    keys: list[Key]
    put: dict[str, str]  # by kind and recipient, before it went
    received: list[Received]
    log: str


@pytest.fixture
def life(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> Iterator[Life]:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="django.db.backends")
    connection.force_debug_cursor = True  # every statement with its values, too
    contact, staff = a_contact(), a_staff_member()
    a_contact(contact.customer, "技術 太郎")
    put: dict[str, str] = {}
    with a_key_ring(tmp_path), smtp_sink() as sink:

        def at(wall: str) -> Any:
            """Move the clock, issue what is due, and deliver what is due after a look at it."""
            now = set_desk_clock(wall)
            services.issue_due(now=now)
            services.remind_of_stops(now=now)
            put.update(
                (f"{mail.kind} {mail.recipient}", everything_in(mail))
                for mail in Mail.objects.unsent()
            )
            Courier().drain()
            return now

        set_desk_clock("2026-11-20 17:05")
        move = send(wanted(a_license(contact)), "2026-11-20 17:05", applicant=contact)
        services.ask_provisional(
            move, reason="週末の試験", by=contact.user, now=tokyo("2026-11-20 17:06")
        )
        at("2026-11-20 17:06")
        at("2026-11-24 09:00")
        key = key_of(move)
        for how in KeyDisplay.How:
            services.display_key(key, to=contact, how=how, now=tokyo("2026-11-24 09:30"))
        services.resend_key(key, reason="未着", by=staff, now=at("2026-11-24 10:00"))
        at("2026-11-24 10:00")
        at("2027-01-15 09:00")
        move = Application.objects.for_pages().get(pk=move.pk)
        services.report_stop(
            move,
            stopped_on=date(2027, 1, 14),
            note="",
            by=contact.user,
            now=tokyo("2027-01-15 10:00"),
        )
        services.revoke_key(key, reason="流出の疑い", by=staff, now=at("2027-01-16 10:00"))
        at("2027-01-18 10:00")
        connection.force_debug_cursor = False
        yield Life(
            move, list(Key.objects.exclude(sealed_text=b"")), put, sink.received, ours(caplog)
        )


def ours(caplog: pytest.LogCaptureFixture) -> str:
    """What the desk logged; the test's own relay logs all that it is sent."""
    lines = [caplog.handler.format(one) for one in caplog.records if one.name != "mail.log"]
    return "\n".join(lines)


def first_lines(life: Life) -> list[str]:
    return [text.splitlines()[0] for text in map(signed_text, life.keys)]


def test_only_the_mails_that_bring_a_key_have_it_inside(life: Life) -> None:
    kinds = {kind.split()[0] for kind in life.put}
    assert {*BRING_KEYS - {"overlap_key"}, "acknowledgement", "stop_reminder"} <= kinds
    assert {key.klass for key in life.keys} == {"provisional", "regular"}
    assert len(life.received) == len(life.put)
    for kind, said in life.put.items():
        inside = sum(line in said for line in first_lines(life))
        # Each brings its own and no other's.
        assert inside == (kind.split()[0] in BRING_KEYS), kind

    # The first and the second time, to two contacts, the same bytes; and they are gone since.
    text = signed_text(key_of(life.move))
    brought = [words for kind, words in life.put.items() if kind.startswith("license_key")]
    assert len(brought) == 4
    assert all(text in words for words in brought)
    secret = Mail.objects.filter(secret=True)
    assert {bytes(mail.content) for mail in secret} == {b""}
    assert secret.count() == 6


def test_neither_the_database_nor_the_log_has_it_in_the_clear(life: Life) -> None:
    needles = [form for line in first_lines(life) for form in forms_of(line)]
    assert not [where for needle in needles for where in places_with(needle)]
    assert "UPDATE" in life.log  # there is a log, down to the statements
    assert not [needle for needle in needles if needle in life.log]

    # A test that cannot fail is none: put in the clear, each kind of column is found out.
    line = first_lines(life)[0]
    mail = Mail.objects.filter(state="sent", secret=False).first()
    assert mail is not None
    Mail.objects.filter(pk=mail.pk).update(last_error=line, content=line.encode())
    Application.objects.filter(pk=life.move.pk).update(moves={"note": [line]})
    assert {
        "outbox_mail.last_error",
        "outbox_mail.content",
        "licensing_application.moves",
    } <= set(places_with(line))


def test_no_page_has_it_but_the_one_that_was_asked_for(life: Life, settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    user = a_staff_member()
    type(user).objects.filter(pk=user.pk).update(is_superuser=True)
    user.refresh_from_db()
    staff = doors.staff_client(user)
    move, customer = life.move, fresh(life.move.applicant)
    pages = {
        "/staff/licensing/key/": staff,
        **{f"/staff/licensing/key/{key.pk}/change/": staff for key in life.keys},
        f"/staff/licensing/application/{move.pk}/change/": staff,
        f"/staff/licensing/license/{move.license.pk}/change/": staff,
        "/staff/outbox/mail/": staff,
        **{
            f"/staff/outbox/mail/{mail.pk}/change/": staff
            for mail in Mail.objects.filter(secret=True)
        },
        "/": customer,
        "/license/": customer,
        f"/license/{move.number}/": customer,
        f"/license/{move.number}/done/": customer,
        f"/license/licenses/{move.license.number}/": customer,
        **{f"/license/keys/{key.serial}/": customer for key in life.keys},
    }
    for address, client in pages.items():
        answer = client.get(address)
        assert answer.status_code == 200, address
        page = answer.content.decode()
        assert not [line for line in first_lines(life) if line in page], address


# --- Looking everywhere -----------------------------------------------------------------------


def forms_of(line: str) -> list[str]:
    """A line of a key as it stands, without its blanks, and in base 64 at each of three places."""
    whole = line.encode()
    shifted = [base64.b64encode(whole[start:])[:-4].decode() for start in range(3)]
    return [line, line.replace(" ", ""), *shifted]


def places_with(needle: str) -> list[str]:
    """Every column of every table, whatever its type, that has these characters in it."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name, data_type FROM information_schema.columns"
            " JOIN information_schema.tables USING (table_schema, table_name)"
            " WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
        )
        for table, column, kind in cursor.fetchall():
            if kind == "bytea":
                where, value = f'position(%s::bytea in "{column}") > 0', needle.encode()
            else:
                where, value = f'position(%s in "{column}"::text) > 0', needle  # type: ignore[assignment]
            cursor.execute(f'SELECT count(*) FROM "{table}" WHERE {where}', [value])  # noqa: S608
            if cursor.fetchone()[0]:
                found.append(f"{table}.{column}")
    return found
