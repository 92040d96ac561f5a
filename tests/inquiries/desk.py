"""Going through the three screens as a customer does, over HTTP."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from contracts.models import Contact, Contract
from inquiries.models import Inquiry
from supportdesk.accounts.models import User
from supportdesk.outbox.message import body_of
from supportdesk.outbox.models import Mail
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


def fields_of(**typed: Any) -> Mapping[str, Any]:
    return typed
