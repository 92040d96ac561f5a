"""Somebody whose mailbox is dead and whom no colleague can help writes to the staff."""

import re
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from contracts.models import Contact, Contract, MailboxReport
from contracts.services import (
    Invited,
    RefusedError,
    accept_invitation,
    invite_for_report,
    refuse_report,
    whom_to_write,
)
from supportdesk.outbox.models import Mail
from tests.accounts.doors import staff_client, words_of
from tests.builders import a_contact, a_contract, a_staff_member
from tests.clock import set_desk_clock, tokyo
from tests.contracts.people import mail_of, token_in

pytestmark = pytest.mark.django_db

PAGE = "/contracts/mailbox/"
NOW = tokyo("2026-11-20 16:55")
WORDS = "転職サイトの広告 http://spam.example"


@pytest.fixture(autouse=True)
def _friday() -> None:
    cache.clear()
    set_desk_clock("2026-11-20 16:55")


def a_numbered_contract(contact: Contact) -> Contract:
    contract = a_contract(contact.customer)
    Contract.objects.filter(pk=contract.pk).update(support_service_number="SS-40037")
    contract.refresh_from_db()
    return contract


def typed(number: str, service: str = "SS-40037", **more: str) -> dict[str, str]:
    return {
        "contract_number": number,
        "support_service_number": service,
        "name": "広告 太郎",
        "email": "new@customer.example",
        "words": WORDS,
        **more,
    }


def sent(number: str, service: str = "SS-40037", **more: str) -> MailboxReport:
    assert Client().post(PAGE, typed(number, service, **more)).status_code == 302
    return MailboxReport.objects.latest("pk")


def to_customers() -> list[str]:
    kinds = ("mailbox_reported", "mailbox_decided")
    return list(Mail.objects.filter(kind__in=kinds).values_list("recipient", flat=True))


# --- The open form --------------------------------------------------------------------


def test_whatever_was_typed_the_answer_is_the_same_to_the_byte() -> None:
    number = a_numbered_contract(a_contact()).number
    answers = [
        _answer(typed(*numbers))
        for numbers in (
            (number, "SS-40037"),
            (number, "SS-99999"),
            ("S-99999", "SS-40037"),
        )
    ]
    assert len(set(answers)) == 1
    assert MailboxReport.objects.filter(contract__isnull=False).count() == 1


def _answer(posted: dict[str, str]) -> tuple[Any, ...]:
    client = Client()
    answer = client.post(PAGE, posted)
    page = client.get(answer["Location"])
    seen = re.sub(rb'(nonce|csrfmiddlewaretoken" value)="[^"]+"', b"", page.content)
    return answer.status_code, answer["Location"], page.status_code, seen


def test_only_both_numbers_together_tell_the_contract_contacts() -> None:
    contact = a_contact()
    number = a_numbered_contract(contact).number
    technical = a_contact(contact.customer, "技術 担当")
    Contact.objects.filter(pk=technical.pk).update(is_contract=False)
    sent(number, "SS-99999")
    sent("S-99999")
    assert to_customers() == []
    sent(number)
    assert to_customers() == [contact.email]


def test_a_contract_without_a_support_service_number_matches_nothing() -> None:
    contract = a_contract(a_contact().customer)
    answer = Client().post(PAGE, typed(contract.number, "")).content.decode()
    assert "サポートサービス番号を入力してください" in answer
    assert sent(contract.number, "-").contract is None


def test_numbers_may_be_typed_full_width_and_in_small_letters() -> None:
    contract = a_numbered_contract(a_contact())
    wide = str.maketrans({chr(n): chr(n + 0xFEE0) for n in range(0x21, 0x7F)})
    report = sent(contract.number.translate(wide), "ｓｓ－４００３７")
    assert report.contract == contract


def test_no_mail_carries_a_word_of_the_visitor_and_none_goes_to_their_address() -> None:
    report = sent(a_numbered_contract(a_contact()).number)
    refuse_report(report, note="登録の電話番号で確かめ、本人ではない", by=a_staff_member(), now=NOW)
    mails = list(Mail.objects.filter(kind__startswith="mailbox"))
    assert len(mails) == 3
    for mail in mails:
        said = mail.subject + words_of(mail)
        for word in ("広告", "spam", "new@customer.example", "登録の電話"):
            assert word not in said
        assert mail.recipient != "new@customer.example"


def test_an_address_and_a_network_get_only_so_many() -> None:
    for _each in range(3):
        sent("S-0")
    refused = Client().post(PAGE, typed("S-0"))
    assert refused.status_code == 200
    assert "多すぎます" in refused.content.decode()
    for number in range(6):
        sent("S-0", email=f"n{number}@customer.example")
    assert "多すぎます" in Client().post(PAGE, typed("S-0", email="x@c.example")).content.decode()
    assert MailboxReport.objects.count() == 9


def test_what_is_missing_is_said_and_nothing_typed_is_lost() -> None:
    page = Client().post(PAGE, typed("S-1", email="nowhere")).content.decode()
    assert "メールアドレスを1つ" in page
    assert WORDS in page
    assert not MailboxReport.objects.exists()


# --- What staff do about it ---------------------------------------------------------------


def who() -> Invited:
    return Invited(email="new@customer.example", name="佐々木 亮", is_technical=True)


def test_staff_make_sure_and_invite_the_new_address_in_the_place_of_the_old() -> None:
    contact = a_contact()
    dead = a_contact(contact.customer, "佐々木 亮")
    Contact.objects.filter(pk=dead.pk).update(is_contract=False)
    report = sent(a_numbered_contract(contact).number)
    staff = a_staff_member()
    invitation = invite_for_report(
        report, who(), replaces=dead, note="登録の電話番号で本人と確認", by=staff, now=NOW
    )
    assert Contact.objects.active().filter(pk=dead.pk).exists()
    assert mail_of(invitation).recipient == "new@customer.example"
    new = accept_invitation(token_in(invitation), name="佐々木 亮", language="ja", now=NOW)
    dead = Contact.objects.get(pk=dead.pk)
    assert not dead.is_active
    assert whom_to_write(dead) == new
    report.refresh_from_db()
    assert (report.state, report.decided_by) == ("invited", staff)
    told = Mail.objects.filter(kind="mailbox_decided")
    assert [mail.recipient for mail in told] == [contact.email]


def test_a_report_is_decided_once_for_a_reason_and_never_without_a_contract() -> None:
    report = sent(a_numbered_contract(a_contact()).number)
    staff = a_staff_member()
    with pytest.raises(RefusedError, match="確かめた"):
        invite_for_report(report, who(), replaces=None, note=" ", by=staff, now=NOW)
    refuse_report(report, note="返事がない", by=staff, now=NOW)
    with pytest.raises(RefusedError, match="すでに"):
        invite_for_report(report, who(), replaces=None, note="確認", by=staff, now=NOW)
    with pytest.raises(RefusedError, match="一致する契約がない"):
        invite_for_report(sent("S-0"), who(), replaces=None, note="確認", by=staff, now=NOW)
    assert not Mail.objects.filter(kind="invitation").exists()


def test_staff_see_the_contract_and_its_people_and_act_on_the_page() -> None:
    contact = a_contact(name="高橋 恵")
    report = sent(a_numbered_contract(contact).number)
    staff = a_staff_member()
    client = staff_client(staff)
    page = client.get(f"/staff/contracts/mailboxreport/{report.pk}/change/").content.decode()
    assert "広告 太郎" in page
    assert "高橋 恵" in page
    assert contact.email in page
    invite = f"/staff/contracts/mailboxreport/{report.pk}/invite/"
    typed_by_staff = {
        "name": "佐々木 亮",
        "email": "new@customer.example",
        "is_technical": "on",
        "language": "ja",
        "note": "本人と確認",
        "replaces": "",
    }
    missing = client.post(invite, typed_by_staff | {"note": ""}, follow=True)
    assert missing.status_code == 200
    assert not Mail.objects.filter(kind="invitation").exists()
    client.post(invite, typed_by_staff, follow=True)
    assert Mail.objects.filter(kind="invitation").count() == 1
    report.refresh_from_db()
    assert report.state == "invited"


def test_nobody_uses_up_what_the_owner_of_an_address_may_send() -> None:
    number = a_numbered_contract(a_contact()).number
    somebody = Client(REMOTE_ADDR="192.0.2.9")
    codes = [somebody.post(PAGE, typed(number)).status_code for _time in range(4)]
    assert codes == [302, 302, 302, 200]

    assert Client(REMOTE_ADDR="198.51.100.7").post(PAGE, typed(number)).status_code == 302
