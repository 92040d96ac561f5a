"""A signing key is withdrawn: all that it signed and is in use is signed anew, once, by itself."""

import re
from datetime import date
from io import StringIO
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from django.test import Client

from contracts import services as contracts
from contracts.models import Certificate, Contact
from licensing import services
from licensing.domain.key_fields import DOCUMENT_TYPE, KeyFields
from licensing.models import Application, Event, Key, Resigning, ServerStop
from licensing.services.displaying import text_of
from supportdesk.accounts.models import User
from supportdesk.outbox import crash
from supportdesk.outbox.models import Mail
from supportdesk.promises.models import Promise
from supportdesk.signing import keyring
from supportdesk.signing.verifier import verify
from tests.accounts import doors
from tests.builders import a_staff_member
from tests.clock import desk_clock, tokyo
from tests.licensing.builders import a_license, send, wanted
from tests.licensing.moves import everything_in
from tests.licensing.visitor import signed_in
from tests.signing.keys import a_key_ring

pytestmark = pytest.mark.django_db

ISSUED, STOLEN = "2026-11-20 16:00", "2026-12-01 10:00"
WHY = "署名鍵が盗まれたおそれがあるため"


@pytest.fixture
def ring(tmp_path: Path) -> Any:
    with a_key_ring(tmp_path) as made:
        yield made


def issue(*applications: Application, at: str = ISSUED) -> None:
    assert services.issue_due(now=tokyo(at)) == len(applications)


def steal() -> None:
    """As in the drill: another key signs, and what the stolen one signed is believed no more."""
    now = keyring.real_time()
    keyring.rotate("2026b", at=now, wait=now - now)
    keyring.withdraw("2026a", at=now)


def sign_all_anew(at: str = STOLEN, by: User | None = None) -> int:
    services.order_resigning("2026a", reason=WHY, by=by, now=tokyo(at))
    done = 0
    while found := services.sign_anew(now=tokyo(at)):
        done += found
    return done


def a_key(**reason: Any) -> Key:
    """Issued with the key that will be stolen, for aoba-app02; it replaced one for aoba-app01."""
    application = send(wanted(a_license(), **reason), ISSUED)
    issue(application)
    return application.keys.get(klass="regular")


def verdict_of(key: Key, on: str = "2026-12-01") -> Any:
    keys = keyring.public_keys().keys
    return verify(text_of(key), keys, document_type=DOCUMENT_TYPE, on=date.fromisoformat(on))


# --- One key --------------------------------------------------------------------------------


def test_the_new_key_is_for_the_same_server_and_the_old_one_is_revoked(ring: Any) -> None:
    old = a_key()
    steal()
    assert verdict_of(old).code == "withdrawn_key"

    assert sign_all_anew() == 1

    old.refresh_from_db()
    new = Key.objects.get(resigns=old)
    assert old.revoked_at is not None
    assert old.revocation_reason == WHY
    assert old in Key.objects.on_revocation_list(date(2026, 12, 1))
    assert new.license.current_key == new
    assert (new.server_name, new.host_code, new.klass) == (
        old.server_name,
        old.host_code,
        old.klass,
    )
    assert (new.kid, new.issue_number, new.application) == ("2026b", 3, old.application)
    verdict = verdict_of(new)
    assert verdict.ok
    fields = KeyFields.from_document(verdict.document)
    assert (fields.replaces, fields.replaces_until) == (old.serial, date(2026, 12, 1))


def test_it_is_the_same_move_and_promises_nothing(ring: Any) -> None:
    """No application, no clock of 2-2d, no row of the ledger, and no move against the limit."""
    old = a_key()
    before = (Promise.objects.count(), Application.objects.count())
    kept = Promise.objects.values_list("state", "mail").first()
    steal()

    sign_all_anew()

    assert (Promise.objects.count(), Application.objects.count()) == before
    assert Promise.objects.values_list("state", "mail").first() == kept
    counted = services.preview(wanted(old.license), now=tokyo("2026-12-02 10:00")).moves
    assert counted is not None
    assert counted.used == 1


def test_the_next_move_replaces_the_new_key(ring: Any) -> None:
    old = a_key()
    steal()
    sign_all_anew()
    second = send(wanted(old.license, name="aoba-app03"), "2026-12-02 10:00")

    issue(second, at="2026-12-02 10:00")

    assert second.keys.get(klass="regular").replaces == Key.objects.get(resigns=old)


def test_the_registered_contacts_get_it_with_the_reason_and_where_the_keys_are(ring: Any) -> None:
    old = a_key()
    steal()
    sign_all_anew()

    mail = Mail.objects.get(kind="license_key_anew")
    new = Key.objects.get(resigns=old)
    said = everything_in(mail)
    assert mail.secret
    assert mail.due_at == tokyo(STOLEN)
    for words in (WHY, old.serial, new.serial, "/.well-known/supportdesk/keys.json"):
        assert words in said, words
    assert text_of(new) in said
    assert text_of(old) not in said


def test_the_customer_sees_it_in_the_time_line(ring: Any) -> None:
    old = a_key()
    assert old.application is not None
    steal()
    with desk_clock(STOLEN):
        sign_all_anew()
        page = signed_in(old.application.applicant).get(f"/license/{old.application.number}/")

    text = page.content.decode()
    new = Key.objects.get(resigns=old)
    assert f"署名し直したキー {new.serial} を発行し、前のキーを取り消しました" in text
    assert WHY in text
    assert f"/license/keys/{new.serial}/" in text
    # The old server's key is still the one that the move replaced.
    assert "aoba-app01" in text
    keys = services.keys_of(old.application)
    assert (keys.regular, keys.old) == (new, old.replaces)


# --- Which keys ------------------------------------------------------------------------------


def test_a_provisional_key_keeps_its_last_day(ring: Any) -> None:
    application = send(wanted(a_license()), "2026-11-20 17:05", provisional="週末に試験するため")
    issue(application, at="2026-11-20 17:06")
    old = application.keys.get(klass="provisional")
    steal()

    assert sign_all_anew(at="2026-11-21 10:00") == 1

    new = Key.objects.get(resigns=old)
    assert (new.klass, new.valid_until) == ("provisional", old.valid_until)
    assert verdict_of(new, "2026-11-21").ok
    issue(application, at="2026-11-24 09:00")
    new.refresh_from_db()
    assert new.superseded_at == tokyo("2026-11-24 09:00")


def test_an_old_server_that_runs_on_gets_a_key_with_its_end(ring: Any) -> None:
    """Its perpetual key is believed no more; the overlap and its report stay as promised."""
    first = a_key()
    second = send(wanted(first.license, name="aoba-app03"), "2026-11-25 10:00")
    issue(second, at="2026-11-25 10:00")
    first.refresh_from_db()
    steal()

    assert sign_all_anew() == 2

    bridge = Key.objects.get(resigns=first)
    first.refresh_from_db()
    assert (bridge.klass, bridge.valid_until) == ("overlap", first.tolerated_until)
    assert (bridge.server_name, bridge.application) == ("aoba-app02", second)
    assert services.replaced_key(second) == first
    stop = ServerStop.objects.get(application=second)
    assert stop in ServerStop.objects.unreported()
    assert services.remind_of_stops(now=tokyo("2027-01-15 09:00")) == 2  # both moves
    keys = services.keys_of(second)
    assert (keys.old, keys.overlap) == (first, bridge)


def test_an_old_server_with_a_key_of_its_own_gets_that_one_anew(ring: Any) -> None:
    first = a_key()
    second = send(wanted(first.license, name="aoba-app03", wants_overlap=True), "2026-11-25 10:00")
    issue(second, at="2026-11-25 10:00")
    overlap = second.keys.get(klass="overlap")
    steal()

    assert sign_all_anew() == 2

    assert set(Key.objects.exclude(resigns=None).values_list("resigns", flat=True)) == {
        second.keys.get(klass="regular", resigns=None).pk,
        overlap.pk,
    }


def test_what_is_over_is_left_alone(ring: Any) -> None:
    """Revoked, expired, replaced on a dead server, and from before the desk signed keys."""
    revoked, dead = a_key(), a_key(reason="failure")
    services.revoke_key(revoked, reason="流出", by=a_staff_member(), now=tokyo(STOLEN))
    steal()

    assert sign_all_anew() == 1

    assert Key.objects.get(kid="2026b").resigns == dead
    assert Key.objects.filter(klass="foreign", revoked_at=None).count() == 2


def test_a_key_that_was_signed_anew_is_signed_anew_again(ring: Any) -> None:
    a_key()
    steal()
    sign_all_anew()
    now = keyring.real_time()
    keyring.rotate("2026c", at=now, wait=now - now)
    keyring.withdraw("2026b", at=now)

    services.order_resigning("2026b", reason=WHY, by=None, now=tokyo("2026-12-03 10:00"))
    assert services.sign_anew(now=tokyo("2026-12-03 10:00")) == 1

    assert verdict_of(Key.objects.get(kid="2026c"), "2026-12-03").ok
    assert Key.objects.current().filter(kid="2026c").count() == 1


# --- Certificates ----------------------------------------------------------------------------


def test_a_certificate_in_force_gets_a_new_number_for_the_same_period(ring: Any) -> None:
    license_ = a_license()
    contracts.sign_certificates(now=tokyo(ISSUED))
    old = Certificate.objects.get(order__contract=license_.contract)
    steal()

    assert sign_all_anew() == 1
    contracts.sign_certificates(now=tokyo(STOLEN))

    new = Certificate.objects.get(replaces=old)
    assert (new.starts_on, new.ends_on, new.reason) == (old.starts_on, old.ends_on, WHY)
    assert new.kid == "2026b"
    mail = Mail.objects.get(kind="certificate", subject_key__contains=new.number)
    assert WHY in everything_in(mail)


def test_one_that_is_over_stays_as_it_is(ring: Any) -> None:
    a_license()
    contracts.sign_certificates(now=tokyo(ISSUED))
    steal()
    assert sign_all_anew(at="2027-02-01 10:00") == 0
    assert Certificate.objects.count() == 1


# --- Once, whatever happens -------------------------------------------------------------------


def test_nothing_is_done_before_it_is_ordered_and_nothing_twice(ring: Any) -> None:
    a_key()
    steal()
    assert services.sign_anew(now=tokyo(STOLEN)) == 0
    assert sign_all_anew() == 1
    assert sign_all_anew() == 0
    assert Key.objects.exclude(resigns=None).count() == 1
    assert Resigning.objects.get().done_at == tokyo(STOLEN)


def test_only_a_withdrawn_key_is_signed_over_and_only_for_a_reason(ring: Any) -> None:
    a_key()
    with pytest.raises(services.NotWithdrawnError):
        services.order_resigning("2026a", reason=WHY, by=None, now=tokyo(STOLEN))
    steal()
    with pytest.raises(services.NotWithdrawnError):
        services.order_resigning("2026b", reason=WHY, by=None, now=tokyo(STOLEN))
    with pytest.raises(ValueError, match="reason"):
        services.order_resigning("2026a", reason=" ", by=None, now=tokyo(STOLEN))


class Killed(BaseException):
    """No handler of errors sees it, as none sees a killed process."""


@pytest.mark.parametrize("step", ["issue:after_sign", "resign:after_store", "resign:before_commit"])
def test_killed_at_any_step_there_is_one_key(
    ring: Any, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = a_key()
    steal()
    services.order_resigning("2026a", reason=WHY, by=None, now=tokyo(STOLEN))
    reached = []

    def dies(at: str) -> None:
        if at == step:
            reached.append(at)
            raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(crash, "point", dies)
        with pytest.raises(Killed):
            services.sign_anew(now=tokyo(STOLEN))
    old.refresh_from_db()
    assert (reached, old.revoked_at) == ([step], None)
    assert not Mail.objects.filter(kind="license_key_anew").exists()

    assert services.sign_anew(now=tokyo(STOLEN)) == 1
    assert Key.objects.filter(resigns=old).count() == 1
    assert Mail.objects.filter(kind="license_key_anew").count() == 1


@pytest.mark.django_db(transaction=True)
def test_many_issuers_at_once_sign_each_key_once(ring: Any) -> None:
    keys = [a_key() for _each in range(3)]
    steal()
    services.order_resigning("2026a", reason=WHY, by=None, now=tokyo(STOLEN))
    barrier, done = Barrier(6), []

    def sweep() -> None:
        barrier.wait()
        done.append(services.sign_anew(now=tokyo(STOLEN)))
        connections.close_all()

    threads = [Thread(target=sweep) for _issuer in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(done) == len(keys)
    assert Key.objects.exclude(resigns=None).count() == len(keys)
    assert Mail.objects.filter(kind="license_key_anew").count() == len(keys)


def test_one_that_cannot_be_sent_stops_no_other_and_is_tried_again(ring: Any) -> None:
    stuck, fine = a_key(), a_key()
    nobody = Contact.objects.filter(customer=stuck.license.contract.customer)
    nobody.update(is_contract=False, is_technical=False)
    steal()
    services.order_resigning("2026a", reason=WHY, by=None, now=tokyo(STOLEN))

    assert services.sign_anew(now=tokyo(STOLEN)) == 1
    assert services.sign_anew(now=tokyo("2026-12-01 10:00:01")) == 0

    order = Resigning.objects.get()
    assert list(order.failures) == [stuck.serial]
    assert "登録されていません" in order.failures[stuck.serial]
    assert order.done_at is None
    stuck.refresh_from_db()
    assert stuck.revoked_at is None
    assert Key.objects.filter(resigns=fine).exists()

    nobody.update(is_contract=True)
    assert services.sign_anew(now=tokyo("2026-12-01 10:01:01")) == 1
    services.sign_anew(now=tokyo("2026-12-01 10:01:02"))
    done = Resigning.objects.get()
    assert (done.failures, done.done_at) == ({}, tokyo("2026-12-01 10:01:02"))


# --- Whoever orders it ------------------------------------------------------------------------


def a_clerk(**fields: Any) -> tuple[Client, User]:
    user = a_staff_member()
    User.objects.filter(pk=user.pk).update(**fields)
    client = doors.staff_client(user)
    return client, user


LIST, ORDER = "/staff/licensing/resigning/", "/staff/licensing/resigning/2026a/order/"


def test_staff_see_how_much_it_is_and_order_it_with_a_reason(ring: Any) -> None:
    old = a_key()
    client, clerk = a_clerk()
    assert "使えなくなった署名鍵はありません" in client.get(LIST).content.decode()
    assert client.get(ORDER).status_code == 404
    steal()

    with desk_clock(STOLEN):
        page = client.get(LIST).content.decode()
        assert "使用中のキー 1件と証書 0件" in page
        assert ORDER in page
        assert "理由を入力してください" in client.post(ORDER, {"reason": ""}).content.decode()
        assert not Resigning.objects.exists()
        client.post(ORDER, {"reason": WHY})
        client.post(ORDER, {"reason": "二度押し"})
        assert services.sign_anew(now=tokyo(STOLEN)) == 1
        assert "署名し直すものは残っていません" in client.get(LIST).content.decode()

    order = Resigning.objects.get()
    assert (order.reason, order.ordered_by) == (WHY, clerk)
    event = Event.objects.get(kind=Event.Kind.RESIGNED)
    assert (event.by, event.note, event.key) == (clerk, WHY, Key.objects.get(resigns=old))


def test_who_may_only_look_orders_nothing(ring: Any) -> None:
    a_key()
    steal()
    client, _clerk = a_clerk(view_only=True)
    assert ORDER not in client.get(LIST).content.decode()
    assert client.post(ORDER, {"reason": WHY}).status_code == 403
    assert not Resigning.objects.exists()


def test_the_sidebar_counts_keys_that_nobody_should_believe(ring: Any) -> None:
    a_key()
    client, _clerk = a_clerk()

    def badge() -> str:
        page = client.get("/staff/licensing/license/").content.decode()
        entry = page[page.index(LIST) :]
        return " ".join(re.sub(r"<[^>]*>", " ", entry[entry.index(">") + 1 :]).split()[:2])

    with desk_clock(STOLEN):
        assert badge().split()[1] != "1"
        steal()
        assert badge() == "署名のやり直し 1"
        sign_all_anew()
        assert badge().split()[1] != "1"


def test_the_command_orders_it_too(ring: Any) -> None:
    a_key()
    with pytest.raises(CommandError, match="withdrawn"):
        call_command("sign_anew", "2026a", reason=WHY)
    steal()
    out = StringIO()
    with desk_clock(STOLEN):
        call_command("sign_anew", "2026a", reason=WHY, stdout=out)
        call_command("sign_anew", "2026a", reason=WHY, stdout=StringIO())
    assert out.getvalue() == "1 license keys and 0 certificates to sign anew\n"
    assert Resigning.objects.get().ordered_by is None
    assert services.sign_anew(now=tokyo(STOLEN)) == 1


def test_verifying_the_old_key_names_the_new_one(ring: Any) -> None:
    old = a_key()
    steal()
    sign_all_anew()
    standing = services.key_standing(old.serial, date(2026, 12, 1))
    assert standing is not None
    new = Key.objects.get(resigns=old)
    assert (standing.state, standing.replaced_by) == ("revoked", new.serial)
