"""Staff see what is held first, decide with a reason after a look, and never see a key."""

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from licensing import services
from licensing.models import Application, Key
from supportdesk.accounts.models import User
from supportdesk.outbox import sealing
from tests.accounts import doors
from tests.builders import a_contact, a_staff_member
from tests.clock import desk_clock, tokyo
from tests.licensing.builders import a_held_application, an_application
from tests.licensing.visitor import signed_in
from tests.signing.keys import a_key_ring

pytestmark = pytest.mark.django_db

QUEUE = "/staff/licensing/application/"


@pytest.fixture(autouse=True)
def _passwords_hash_quickly(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def staff(**fields: Any) -> Client:
    user = a_staff_member()
    User.objects.filter(pk=user.pk).update(**fields)
    user.refresh_from_db()
    return doors.staff_client(user)


def test_what_waits_for_staff_comes_first() -> None:
    done = an_application("2026-11-20 09:30")
    services.withdraw(done, by=done.applicant.user, now=tokyo("2026-11-20 09:31"))
    later = an_application("2026-11-20 17:05")
    held = a_held_application("2026-11-20 10:00")

    page = staff().get(QUEUE).content.decode()

    assert page.index(held.number) < page.index(later.number) < page.index(done.number)
    assert "申請の確認" in page
    assert "当社の目安" in page


def test_a_row_says_why_it_is_held_and_how_much_time_is_left() -> None:
    held = a_held_application("2026-11-20 10:00")
    client = staff()

    with desk_clock("2026-11-20 16:00"):
        page = client.get(QUEUE).content.decode()
        assert "サポート期間外" in page
        assert re.search("残り.*1時間", page)
    with desk_clock("2026-11-20 17:06"):
        assert re.search("締切を.*6分.*超過", client.get(QUEUE).content.decode())
    with desk_clock("2026-11-24 09:00"):
        assert "目安の日を過ぎました" in client.get(QUEUE).content.decode()
    assert held.number in page


def test_what_waits_for_the_customer_stands_before_the_finished() -> None:
    returned = a_held_application("2026-11-02 10:00")
    services.return_to_customer(
        returned, by=a_staff_member(), missing="注文番号", now=tokyo("2026-11-02 11:00")
    )
    done = an_application("2026-11-20 09:30")
    services.withdraw(done, by=done.applicant.user, now=tokyo("2026-11-20 09:31"))

    page = staff().get(QUEUE).content.decode()

    assert page.index(returned.number) < page.index(done.number)
    assert "停止中" in page


def test_the_application_tells_what_to_check() -> None:
    held = a_held_application()

    page = staff().get(f"{QUEUE}{held.pk}/change/").content.decode()

    for words in ("サポート期間外", held.number, "受理する", "お断りする"):
        assert words in page, words
    assert "{" not in "".join(re.findall(r"<dd.*?</dd>", page, re.DOTALL))  # no raw JSON


def test_who_may_only_look_is_offered_no_decision() -> None:
    held = a_held_application()

    page = staff(view_only=True).get(f"{QUEUE}{held.pk}/change/").content.decode()

    assert "サポート期間外" in page
    for button in ("/accept/", "/refuse/", "/return/", "/provide/"):
        assert button not in page, button


def test_the_page_tells_staff_all_that_happened(tmp_path: Path) -> None:
    """The staff's reason, and the report of the old server, which the customer reads too."""
    held = a_held_application("2026-11-20 10:00")
    services.accept_held(
        held, by=a_staff_member(), note="注文書を確認", now=tokyo("2026-11-20 11:00")
    )
    with a_key_ring(tmp_path):
        services.issue_due(now=tokyo("2026-11-20 11:00"))
    held.refresh_from_db()
    services.report_stop(
        held,
        stopped_on=date(2026, 11, 21),
        note="",
        by=held.applicant.user,
        now=tokyo("2026-11-21 10:00"),
    )

    page = staff().get(f"{QUEUE}{held.pk}/change/").content.decode()

    assert "注文書を確認" in page
    assert "旧サーバーの停止のご報告を受け取りました" in page


def test_accepting_shows_the_promise_first_and_needs_a_reason() -> None:
    held, client = a_held_application("2026-11-20 10:00"), staff()
    url = f"{QUEUE}{held.pk}/accept/"

    with desk_clock("2026-11-20 17:10"):
        page = client.get(url).content.decode()
        assert "11月24日(火) 9:00" in page
        assert "まだ何も送信されません" in page
        nothing = client.post(url, {"reason": " "}).content.decode()
        assert "受理する理由を入力してください" in nothing
        held.refresh_from_db()
        assert held.state == Application.State.HELD
        client.post(url, {"reason": "注文書を確認"})

    held.refresh_from_db()
    assert (held.state, held.acceptance_note) == (Application.State.ACCEPTED, "注文書を確認")
    assert held.promise is not None
    assert held.promise.release_at == tokyo("2026-11-24 09:00")


def test_refusing_keeps_and_tells_the_reason() -> None:
    held = a_held_application("2026-11-20 10:00")

    with desk_clock("2026-11-20 11:00"):
        staff().post(f"{QUEUE}{held.pk}/refuse/", {"reason": "ご注文が必要です"})

    held.refresh_from_db()
    assert (held.state, held.refusal_reason) == (Application.State.REFUSED, "ご注文が必要です")
    page = signed_in(held.applicant).get(f"/license/{held.number}/").content.decode()
    assert "ご注文が必要です" in page


def test_what_is_decided_already_is_not_decided_again() -> None:
    accepted = an_application("2026-11-20 17:05")

    response = staff().post(f"{QUEUE}{accepted.pk}/refuse/", {"reason": "誤り"}, follow=True)

    assert "もう確認待ちではありません" in response.content.decode()
    accepted.refresh_from_db()
    assert accepted.state == Application.State.ACCEPTED


def test_who_may_only_look_decides_nothing() -> None:
    held, client = a_held_application(), staff(view_only=True)

    for decision in ("accept", "refuse"):
        client.post(f"{QUEUE}{held.pk}/{decision}/", {"reason": "試し"})

    held.refresh_from_db()
    assert held.state == Application.State.HELD
    assert client.get(QUEUE).status_code == 200


def test_a_customer_does_not_reach_the_queue() -> None:
    assert signed_in(a_contact()).get(QUEUE).status_code != 200


def test_keys_are_searched_by_server_and_never_shown(tmp_path: Path) -> None:
    an_application("2026-11-20 16:55")
    with a_key_ring(tmp_path):
        services.issue_due(now=tokyo("2026-11-20 16:56"))
    key = Key.objects.get(klass="regular")
    text = sealing.unseal(bytes(key.sealed_text)).decode()
    client = staff()

    found = client.get("/staff/licensing/key/", {"q": "aoba-app02"}).content.decode()
    page = client.get(f"/staff/licensing/key/{key.pk}/change/").content.decode()

    assert key.serial in found
    assert key.shown_host_code in page
    assert text.split()[1] not in found + page


def test_nobody_writes_keys_or_applications_by_hand() -> None:
    client = staff(is_superuser=True)

    for model in ("application", "key"):
        assert client.get(f"/staff/licensing/{model}/add/").status_code == 403
