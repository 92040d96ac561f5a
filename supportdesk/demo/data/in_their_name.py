"""What came by fax and letter, entered by staff; an order whose certificate follows."""

from datetime import datetime, timedelta
from functools import partial
from uuid import uuid4

from contracts import services as contracts
from contracts.domain.channels import Channel
from contracts.models import Contact, Contract
from inquiries import services as inquiries
from inquiries.domain.content import Content
from inquiries.models import Inquiry
from inquiries.services.entering import Entry
from supportdesk import clock
from supportdesk.accounts.models import User
from supportdesk.demo.data.story import Story
from supportdesk.demo.people import OTHER_STAFF

BY_FAX = (
    2,
    "10:40",
    "S-10690",
    "帳票の印刷位置がずれる",
    (
        "月次の帳票を印刷すると、右端の 1列が次のページに送られます。"
        "用紙は A4 横、プリンターを替えても同じです。画面の写しを FAX でお送りします。"
    ),
)
ANSWER = (
    2,
    "15:10",
    "S-10690",
    "印刷設定の「用紙に合わせる」を選ぶと 1枚に収まります。手順書の 12ページもご覧ください。",
)
SERVED = (1, "14:20", "S-10588", "再継続の注文書を FAX で受領。原本の到着を待って登録する")
SERVED_FOR = timedelta(days=7)


def tell_in_their_name(story: Story) -> None:
    back, wall, contract, subject, text = BY_FAX
    story.add(story.moment(back, wall), partial(_enter, contract, subject, text))
    back, wall, contract, words = ANSWER
    story.add(story.moment(back, wall), partial(_answer, contract, words))
    back, wall, contract, reason = SERVED
    story.add(story.moment(back, wall), partial(_serve, contract, reason))


def _enter(number: str, subject: str, text: str, now: datetime) -> None:
    contract = Contract.objects.get(number=number)
    contact = Contact.objects.active().filter(customer=contract.customer).first()
    if contact is None:
        return
    token, by = uuid4(), _staff()
    entry = Entry(contact=contact, channel=Channel.FAX, arrived_at=now - timedelta(minutes=50))
    content = Content(
        contract=number,
        category="incident",
        topic="",
        subject=subject,
        text=text,
        environment="",
        occurred_on=clock.today(now),
        occurred_time=None,
        ask_to_check=True,
    )
    draft = inquiries.save_draft(token, by=by, typed={}, now=now)
    shown = inquiries.preview_entry(content, draft, entry, now=now).shown
    inquiries.enter(token, content, entry, shown=shown, by=by, now=now)


def _answer(number: str, words: str, now: datetime) -> None:
    inquiry = Inquiry.objects.filter(contract__number=number, channel=Channel.FAX).get()
    rule = inquiries.choices_for(inquiry, now=now).rule
    approval = inquiries.Approval(
        body=words,
        way="rule",
        reason="",
        waiting_for="",
        seen_version=inquiry.version,
        seen_rule_at=None if rule.at <= now else rule.at,
    )
    inquiries.approve(inquiry.pk, approval, by=_staff(), now=now)


def _serve(number: str, reason: str, now: datetime) -> None:
    contract = Contract.objects.get(number=number)
    until = clock.today(now) + SERVED_FOR
    if not contracts.coverage_of(contract, clock.today(now)).covered:
        contracts.provide(contract, until=until, reason=reason, by=_staff(), now=now)


def _staff() -> User:
    return User.objects.get(email=OTHER_STAFF.email)
