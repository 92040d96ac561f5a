"""Kept: the relay took the mail by the end of the promised Tokyo date. Else broken, and told."""

from datetime import date

import pytest

from supportdesk.outbox.message import body_of
from supportdesk.outbox.models import Mail
from supportdesk.promises import services
from supportdesk.promises.domain.verdict import Verdict, judge
from supportdesk.promises.models import Promise
from tests.clock import tokyo
from tests.promises.ledger import a_promise, an_answer_mail

TUESDAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("fulfilled", "today", "verdict"),
    [
        (None, date(2026, 11, 23), None),
        (None, TUESDAY, None),  # その当日中: open until the end of the day
        (None, date(2026, 11, 25), Verdict.BROKEN),
        (date(2026, 11, 20), date(2026, 11, 20), Verdict.KEPT),
        (TUESDAY, date(2026, 11, 30), Verdict.KEPT),
        (date(2026, 11, 25), date(2026, 11, 25), Verdict.BROKEN),
    ],
)
def test_2_2d_a_promise_is_for_the_whole_day(
    fulfilled: date | None, today: date, verdict: Verdict | None
) -> None:
    assert judge(TUESDAY, fulfilled_on=fulfilled, today=today) is verdict


def _sent(mail: Mail, at: str) -> None:
    Mail.objects.filter(pk=mail.pk).update(
        state=Mail.State.SENT, sent_at=tokyo(at), dated_at=tokyo(at)
    )


@pytest.mark.django_db
class TestSettling:
    def test_a_mail_taken_at_23_59_keeps_the_promise(self) -> None:
        promise = a_promise("2026-11-24 10:00")
        mail = an_answer_mail("2026-11-24 23:00")
        services.await_mail(promise, mail)
        _sent(mail, "2026-11-24 23:59")

        assert services.settle(now=tokyo("2026-11-25 09:00")) == 1

        promise.refresh_from_db()
        assert promise.state == Promise.State.KEPT
        assert promise.settled_at == tokyo("2026-11-24 23:59")

    def test_a_queued_mail_keeps_nothing(self) -> None:
        promise = a_promise("2026-11-24 10:00")
        services.await_mail(promise, an_answer_mail("2026-11-24 23:00"))
        assert services.settle(now=tokyo("2026-11-24 23:30")) == 0

    def test_a_passed_day_breaks_it_and_the_customer_is_told_at_the_next_opening(self) -> None:
        promise = a_promise("2026-11-20 10:00")

        services.settle(now=tokyo("2026-11-21 00:00:01"))
        services.settle(now=tokyo("2026-11-21 00:00:02"))

        promise.refresh_from_db()
        assert promise.state == Promise.State.BROKEN
        apology = Mail.objects.get(kind="promise_broken")
        assert apology.due_at == tokyo("2026-11-24 09:00")
        assert "申し訳ございません" in body_of(apology)
        assert "11月24日(火)のうち" in body_of(apology)  # the new aim

    def test_staff_may_word_the_apology_until_it_goes(self) -> None:
        promise = a_promise("2026-11-20 10:00")
        services.settle(now=tokyo("2026-11-21 00:00:01"))

        assert services.reword_apology(promise, body="佐々木様　お詫びいたします。")
        apology = Mail.objects.get(kind="promise_broken")
        assert body_of(apology).strip() == "佐々木様　お詫びいたします。"

        _sent(apology, "2026-11-24 09:00")
        assert not services.reword_apology(promise, body="遅すぎた直し")

    def test_what_was_withdrawn_is_never_broken(self) -> None:
        promise = a_promise("2026-11-20 10:00")
        services.withdraw_promise(promise, now=tokyo("2026-11-20 11:00"))
        assert services.settle(now=tokyo("2026-11-30 00:00")) == 0
        assert not Mail.objects.filter(kind="promise_broken").exists()
