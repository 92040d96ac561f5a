"""A held inquiry whose order is in: accepted, and its contract served until the certificate."""

from datetime import date

import pytest

from contracts.models import Contract, Provision
from contracts.services import RefusedError, coverage_of
from inquiries import services
from inquiries.models import Inquiry
from supportdesk.promises.models import Promise
from tests.accounts.doors import staff_client
from tests.builders import a_staff_member
from tests.clock import set_desk_clock, tokyo
from tests.inquiries.desk import mails, told, visible
from tests.inquiries.test_outside_the_period import held

pytestmark = pytest.mark.django_db

UNTIL = date(2026, 11, 27)


def test_the_inquiry_is_promised_and_the_next_ones_need_no_question() -> None:
    _form, inquiry = held()
    now = tokyo("2026-11-20 13:30")
    services.accept_with_certificate_to_follow(
        inquiry.pk, until=UNTIL, reason="注文書 PO-1182", by=a_staff_member(), now=now
    )
    inquiry.refresh_from_db()
    assert (inquiry.status, inquiry.accepted_at) == ("received", now)
    assert inquiry.promise
    assert inquiry.promise.rule == Promise.Rule.RECEPTION_TARGET
    assert not inquiry.covered  # as it was judged on the day of sending, once
    contract = Contract.objects.with_periods().get(pk=inquiry.contract_id)
    assert coverage_of(contract, UNTIL).state == "provided"


def test_the_customers_mail_does_not_tell_the_reason() -> None:
    _form, inquiry = held()
    services.accept_with_certificate_to_follow(
        inquiry.pk,
        until=UNTIL,
        reason="注文書 PO-1182",
        by=a_staff_member(),
        now=tokyo("2026-11-20 13:30"),
    )
    [mail] = mails(kind="inquiry_accepted")
    assert "PO-1182" not in told(mail)


def test_where_the_contract_cannot_be_served_the_inquiry_stays_held() -> None:
    _form, inquiry = held()
    with pytest.raises(RefusedError):
        services.accept_with_certificate_to_follow(
            inquiry.pk,
            until=date(2027, 11, 27),
            reason="注文書",
            by=a_staff_member(),
            now=tokyo("2026-11-20 13:30"),
        )
    inquiry.refresh_from_db()
    assert inquiry.status == "held"
    assert not Provision.objects.exists()
    assert not mails(kind="inquiry_accepted")


def test_staff_do_it_from_the_inquirys_page() -> None:
    _form, inquiry = held()
    set_desk_clock("2026-11-20 13:30")
    client = staff_client(a_staff_member())
    page = client.get(f"/staff/inquiries/inquiry/{inquiry.pk}/change/")
    url = f"/staff/inquiries/inquiry/{inquiry.pk}/provide/"
    assert url in page.content.decode()
    assert "満了しました" in visible(client.get(url))
    again = client.post(url, {"until": "2026-11-27", "reason": ""})
    assert "理由を入力" in visible(again)
    done = client.post(url, {"until": "2026-11-27", "reason": "注文書 PO-1182"}, follow=True)
    assert "対象として受け付け、お客さまに知らせました。" in visible(done)
    assert Inquiry.objects.get().status == "received"
    late = client.post(url, {"until": "2026-11-27", "reason": "注文書 PO-1182"}, follow=True)
    assert "もう確認待ちではありません" in visible(late)
    assert Provision.objects.count() == 1
