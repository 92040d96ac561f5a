"""Staff read the queue, retry what failed, withdraw what waits and let a stopped queue go on."""

from typing import Any

import pytest
from django.test import Client

from supportdesk import clock
from supportdesk.accounts.models import User
from supportdesk.outbox.delivery import Courier
from supportdesk.outbox.models import Mail, QueueStop
from tests.accounts.doors import staff_client
from tests.builders import a_staff_member
from tests.outbox.mails import put_mail, state
from tests.outbox.sink import smtp_sink

pytestmark = pytest.mark.django_db

MAILS = "/staff/outbox/mail/"
STOPS = "/staff/outbox/queuestop/"


def signed_in(user: User) -> Client:
    return staff_client(user)


def press(client: Client, path: str, action: str, *rows: Any) -> str:
    form = {"action": action, "_selected_action": [str(row.pk) for row in rows]}
    return client.post(path, form, follow=True).content.decode()


def failed_mail(**overrides: Any) -> Mail:
    mail = put_mail(**overrides)
    with smtp_sink() as sink:
        sink.says("RCPT", "550 5.1.1 unknown mailbox")
        Courier().drain()
    return mail


def test_a_failed_mail_shows_why_and_what_it_said() -> None:
    client, mail = signed_in(a_staff_member()), failed_mail(body="<b>ご回答</b>です。\n")
    assert "送信できません" in client.get(MAILS, {"state__exact": "failed"}).content.decode()
    page = client.get(f"{MAILS}{mail.pk}/change/").content.decode()
    assert "宛先の指定: 550 5.1.1 unknown mailbox" in page
    assert "&lt;b&gt;ご回答&lt;/b&gt;です。" in page


def test_a_secret_never_shows() -> None:
    client, mail = signed_in(a_staff_member()), failed_mail(secret=True, body="コード 123456\n")
    page = client.get(f"{MAILS}{mail.pk}/change/").content.decode()
    assert "123456" not in page
    assert "秘匿のため表示しません" in page


def test_staff_retry_what_failed() -> None:
    client, mail = signed_in(a_staff_member()), failed_mail()
    assert "1 件を再び送信します" in press(client, MAILS, "retry", mail)
    assert state(mail) == Mail.State.QUEUED
    assert "もうその状態ではありません" in press(client, MAILS, "retry", mail)


def test_staff_withdraw_what_waits() -> None:
    client, mail = signed_in(a_staff_member()), put_mail()
    assert "1 件を取り消しました" in press(client, MAILS, "withdraw", mail)
    assert state(mail) == Mail.State.WITHDRAWN


def test_a_stopped_queue_is_seen_on_the_list_and_goes_on_when_staff_say_so() -> None:
    client = signed_in(a_staff_member())
    put_mail()
    with smtp_sink() as sink:
        sink.says("BANNER", "554 go away")
        Courier().drain()
    assert "メールの送信が止まっています" in client.get(MAILS).content.decode()
    page = client.get(STOPS).content.decode()
    assert "設定の誤り" in page
    assert "中継サーバーへの接続: 554 go away" in page
    assert "送信を再開しました" in press(client, STOPS, "resume", QueueStop.objects.get())
    assert not QueueStop.objects.exists()


def test_who_may_only_look_presses_nothing() -> None:
    viewer = a_staff_member()
    User.objects.filter(pk=viewer.pk).update(view_only=True)
    client, mail = signed_in(viewer), put_mail()
    assert client.get(MAILS).status_code == 200
    press(client, MAILS, "withdraw", mail)
    assert state(mail) == Mail.State.QUEUED


@pytest.mark.parametrize("path", ["add/", "{}/delete/"])
def test_nobody_adds_or_deletes_mail(path: str) -> None:
    client, mail = signed_in(a_staff_member()), put_mail()
    assert client.get(MAILS + path.format(mail.pk)).status_code == 403


def test_nobody_changes_a_mail_by_form() -> None:
    client, mail = signed_in(a_staff_member()), put_mail()
    changed = {"subject": "x", "recipient": "evil@example.com", "state": "sent", "due_at": "2000"}
    assert client.post(f"{MAILS}{mail.pk}/change/", changed).status_code == 403
    mail.refresh_from_db()
    assert (mail.recipient, mail.state) == ("yamada@customer.example", Mail.State.QUEUED)


@pytest.mark.parametrize(("kind", "badges"), [("doubt", 1), ("unreachable", 0)])
def test_every_staff_page_says_that_nothing_goes_out(kind: str, badges: int) -> None:
    stop = {"stopped_at": clock.now(), "resume_at": clock.now()}
    QueueStop.objects.create(kind=kind, reason="RCPT: 554 no", **stop)
    page = signed_in(a_staff_member()).get("/staff/contracts/product/")
    entries = [item for group in page.context["sidebar_navigation"] for item in group["items"]]
    (told,) = [item["badge"] for item in entries if item["title"] == "送信の停止"]
    assert told == badges
