"""Going through the three screens as a customer does, over HTTP."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from html import unescape
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from contracts.models import Contact, Contract
from inquiries.models import Inquiry, Message
from supportdesk.accounts.models import User
from supportdesk.outbox.message import body_of
from supportdesk.outbox.models import Mail
from supportdesk.promises.services import settle
from tests.accounts.doors import staff_client
from tests.builders import a_contact, a_contract, a_customer, a_period

FORM, LIST = "/inquiries/new/", "/inquiries/"
TEXT = "バージョン 7.5 R2.0 への更新を検討しています。事前に控えておくべき設定をご教示ください。"
SUBJECT = "バージョンアップ前に確認すべき設定"


def a_covered_contact(until: str = "2026-11-30") -> tuple[Contact, Contract]:
    """A contact of a customer whose contract is covered until that month's end."""
    contact = a_contact(a_customer())
    year, month, _day = until.split("-")
    contract = a_contract(contact.customer)
    a_period(contract, accepted_on=f"{int(year) - 1}-{month}-10")
    return contact, contract


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def a_file(name: str = "app.log", content: bytes = b"2026-11-20 started\n") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


@dataclass
class Form:
    """One form on its way: what is typed goes up with every step, as a browser does it."""

    client: Client
    contract: Contract
    token: str = field(default_factory=lambda: str(uuid4()))
    typed: dict[str, Any] = field(default_factory=dict)

    def fields(self, **changed: Any) -> dict[str, Any]:
        return {
            "token": self.token,
            "contract": self.contract.number,
            "category": "upgrade",
            "subject": SUBJECT,
            "text": TEXT,
            **self.typed,
            **changed,
        }

    def type(self, **changed: Any) -> Any:
        """入力 → 確認へ進む."""
        return self.client.post(FORM, self.fields(action="confirm", **changed))

    @property
    def confirm_url(self) -> str:
        return f"/inquiries/new/{self.token}/confirm/"

    def look(self) -> Any:
        """確認, and what its form carries."""
        page = self.client.get(self.confirm_url)
        found = re.search(r'name="shown" value="([^"]+)"', words(page))
        self.shown = found[1] if found else ""
        return page

    def ask_for_check(self) -> Any:
        return self.client.post(self.confirm_url, {"action": "check"})

    def send(self, **changed: Any) -> Any:
        return self.client.post(
            self.confirm_url, {"action": "send", "shown": self.shown, **changed}
        )

    def through(self, **changed: Any) -> Inquiry:
        """All three screens."""
        typed = self.type(**changed)
        assert typed.status_code == 302, words(typed)
        self.look()
        sent = self.send()
        assert sent.status_code == 302, words(sent)
        return Inquiry.objects.get(form_token=self.token)


def an_inquiry(
    contact: Contact | None = None, contract: Contract | None = None, **typed: Any
) -> Inquiry:
    """One that came in by the form."""
    if contact is None or contract is None:
        contact, contract = a_covered_contact()
    return Form(signed_in(contact.user), contract).through(**typed)


def words(response: Any) -> str:
    return str(response.content.decode())


def visible(response: Any) -> str:
    """What a person reads of a page: no tags, spaces made one."""
    text = re.sub(r"<(script|style)\b.*?</\1>", " ", words(response), flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", "", text)).split())


def mails(**wanted: Any) -> list[Mail]:
    return list(Mail.objects.filter(**wanted).order_by("put_at", "pk"))


def told(mail: Mail) -> str:
    return body_of(mail)


def staff_signed_in(user: User) -> Client:
    """Staff who have given their password and shown their second factor in this session."""
    return staff_client(user)


@dataclass
class Desk:
    """One of the staff at work on one inquiry; every page is read before it is answered."""

    user: User
    inquiry: Inquiry

    def __post_init__(self) -> None:
        self.client = staff_signed_in(self.user)
        self.url = f"/staff/inquiries/inquiry/{self.inquiry.pk}/change/"
        self.seen: dict[str, str] = {}

    def look(self) -> Any:
        page = self.client.get(self.url)
        for name in ("seen_version", "seen_rule_at"):
            found = re.search(rf'name="{name}"(?: value="([^"]*)")?', words(page))
            self.seen[name] = found[1] or "" if found else ""
        return page

    def approve(
        self, body: str = "設定を控えてから、手順書のとおりに進めてください。", **said: Any
    ) -> Any:
        return self.client.post(
            self.url, {"action": "approve", "way": "rule", "body": body, **self.seen, **said}
        )

    def answer(self, **said: Any) -> Message:
        """Look, and approve as the rule says."""
        self.look()
        done = self.approve(**said)
        assert done.status_code == 302, visible(done)
        return self.inquiry.messages.answers().latest("pk")

    def do(self, verb: str, **said: Any) -> Any:
        return self.client.post(f"/staff/inquiries/inquiry/{self.inquiry.pk}/do/{verb}/", said)


def deliver(now: datetime) -> None:
    """The relay takes every mail that is due: what the workers do, without a relay."""
    for mail in Mail.objects.filter(state=Mail.State.QUEUED, due_at__lte=now):
        mail.state, mail.sent_at, mail.dated_at = Mail.State.SENT, max(now, mail.due_at), now
        mail.save()
    settle(now=now)
