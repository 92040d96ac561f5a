"""Mail is put, moved, re-rendered, taken back and sent again by services, in their transactions."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from supportdesk import clock
from supportdesk.outbox import message, services
from supportdesk.outbox.delivery import Courier, claim
from supportdesk.outbox.models import Mail
from tests.outbox.mails import put_mail, state
from tests.outbox.sink import smtp_sink

pytestmark = pytest.mark.django_db


def test_the_same_mail_put_twice_is_one() -> None:
    first = put_mail(subject_key="inquiry:1", kind="receipt")
    second = put_mail(subject_key="inquiry:1", kind="receipt", subject="別の件名")
    assert second.pk == first.pk
    assert Mail.objects.get().subject == first.subject


def test_the_database_itself_refuses_a_second_one() -> None:
    mail = put_mail()
    mail.pk, mail.bounce_token = "00000000-0000-4000-8000-000000000001", "another"
    with pytest.raises(IntegrityError), transaction.atomic():
        mail.save(force_insert=True)


def test_a_transaction_that_fails_takes_its_mail_with_it() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        put_mail()
        raise RuntimeError
    assert not Mail.objects.exists()


def test_an_address_that_no_mail_reaches_never_breaks_its_caller() -> None:
    mail = put_mail(recipient="abc..def@docomo.ne.jp")
    assert mail.state == Mail.State.FAILED
    assert mail.last_error
    assert not services.retry(mail)


def test_bounce_tokens_cannot_be_guessed() -> None:
    senders = {put_mail().envelope_sender for _ in range(20)}
    tokens = {sender.partition("+")[2].partition("@")[0] for sender in senders}
    assert len(tokens) == 20
    assert all(len(token) * 4 >= 128 for token in tokens)


def test_a_waiting_mail_can_be_moved_reworded_and_withdrawn() -> None:
    mail = put_mail()
    later = clock.now() + timedelta(days=3)
    assert services.reschedule(mail, later)
    assert services.rerender(mail, subject="改めて", body="別の本文\n")
    mail.refresh_from_db()
    assert (mail.due_at, mail.subject, message.body_of(mail)) == (later, "改めて", "別の本文\n")
    assert services.withdraw(mail, clock.now())
    assert state(mail) == Mail.State.WITHDRAWN


def test_a_claimed_mail_never_changes() -> None:
    mail = put_mail()
    claim(1)
    assert not services.reschedule(mail, clock.now())
    assert not services.rerender(mail, subject="改めて", body="別の本文")
    assert not services.withdraw(mail, clock.now())
    assert not services.retry(mail)


def test_a_mail_that_was_tried_may_be_moved_but_never_reworded() -> None:
    mail = put_mail()
    with smtp_sink() as sink:
        sink.says("RCPT", "450 later")
        Courier().drain()
    assert not services.rerender(mail, subject="改めて", body="別の本文")
    assert services.reschedule(mail, clock.now())
    assert services.withdraw(mail, clock.now())


def test_staff_retry_what_failed_with_all_attempts_before_it() -> None:
    mail = put_mail()
    with smtp_sink() as sink:
        sink.says("RCPT", "550 no such user", times=1)
        Courier().drain()
        assert state(mail) == Mail.State.FAILED
        assert services.retry(mail)
        mail.refresh_from_db()
        assert (mail.state, mail.attempts, mail.retry_at) == (Mail.State.QUEUED, 0, None)
        Courier().drain()
    assert state(mail) == Mail.State.SENT


def test_a_secret_is_encrypted_until_it_is_sent_and_then_gone() -> None:
    mail = put_mail(secret=True, body="コードは 123456 です。\n")
    stored = bytes(Mail.objects.get(pk=mail.pk).content)
    assert b"123456" not in stored
    assert message.body_of(mail) == ""
    with smtp_sink() as sink:
        Courier().drain()
    assert "123456" in sink.received[0].mail.get_content()
    assert bytes(Mail.objects.get(pk=mail.pk).content) == b""


def test_a_secret_that_is_withdrawn_is_gone_too() -> None:
    mail = put_mail(secret=True)
    services.withdraw(mail, clock.now())
    assert bytes(Mail.objects.get(pk=mail.pk).content) == b""


def test_the_database_keeps_no_secret_of_a_sent_mail() -> None:
    mail = put_mail(secret=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        Mail.objects.filter(pk=mail.pk).update(state=Mail.State.SENT, sent_at=clock.now())


def test_a_resend_is_a_new_mail_with_the_same_bytes_and_a_reason() -> None:
    mail, now = put_mail(), clock.now()
    with smtp_sink() as sink:
        Courier().drain()
        again = services.resend(
            mail, reason="受信箱にないとのこと", now=now, recipient="sato@b.example"
        )
        assert (again.copy, again.reason) == (1, "受信箱にないとのこと")
        Courier().drain()
    first, second = sink.received
    assert second.recipients == ("sato@b.example",)
    assert first.message_id != second.message_id
    assert first.mail.get_content() == second.mail.get_content()


def test_two_staff_who_press_resend_at_once_send_one_mail() -> None:
    mail, now = put_mail(), clock.now()
    Mail.objects.update(state=Mail.State.SENT, sent_at=now)
    first = services.resend(mail, reason="お客様のご依頼", now=now)
    assert services.resend(mail, reason="お客様のご依頼", now=now) == first


def test_a_resend_needs_a_reason() -> None:
    with pytest.raises(ValueError, match="reason"):
        services.resend(put_mail(), reason=" ", now=clock.now())


def test_a_sent_secret_is_sent_again_only_when_its_owner_renders_it_again() -> None:
    mail, now = put_mail(secret=True), clock.now()
    with smtp_sink() as sink:
        Courier().drain()
        with pytest.raises(services.ContentGoneError):
            services.resend(mail, reason="お客様のご依頼", now=now)
        services.resend(mail, reason="お客様のご依頼", now=now, body="もう一度お送りします。\n")
        Courier().drain()
    assert sink.received[1].mail.get_content().strip() == "もう一度お送りします。"


def test_after_months_only_the_fact_of_a_mail_is_kept() -> None:
    old, waiting = put_mail(), put_mail()
    now = clock.now()
    Mail.objects.filter(pk=old.pk).update(state=Mail.State.SENT, sent_at=now - timedelta(days=91))
    assert services.forget(now - timedelta(days=90)) == 1
    assert bytes(Mail.objects.get(pk=old.pk).content) == b""
    assert bytes(Mail.objects.get(pk=waiting.pk).content) != b""


def test_the_dead_mans_switch_knows_since_when_mail_is_overdue() -> None:
    now = clock.now()
    assert services.oldest_overdue(now) is None
    put_mail(due_at=now + timedelta(seconds=1))
    assert services.oldest_overdue(now) is None
    mail = put_mail(due_at=now - timedelta(minutes=3))
    put_mail(due_at=now)
    assert services.oldest_overdue(now) == mail.due_at
    claim(10)
    assert services.oldest_overdue(now) == mail.due_at  # on its way is not out
