"""Making one key: its fields, its signature, its row. Used by the issuer alone."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from contracts.models import Contact
from licensing.domain.key_fields import DOCUMENT_TYPE, KeyClass, KeyFields, serial_of
from licensing.models import Application, Key, License
from supportdesk import clock
from supportdesk.outbox import crash, sealing
from supportdesk.signing.keyring import KeyRing, Signer
from supportdesk.signing.verifier import verify


class IssueError(Exception):
    """This key cannot be issued: staff must look. Nothing was stored."""


@dataclass(frozen=True, slots=True)
class Hand:
    """Who signs, and the published keys that everybody else verifies with."""

    signer: Signer
    ring: KeyRing


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """What one key is to be: its class, its server, its last day, what it replaces until when.

    `resigns`: the key whose signature is believed no more, in whose place it is signed.
    """

    klass: KeyClass
    host_code: str
    server_name: str
    valid_until: date | None = None
    replaces: Key | None = None
    replaces_until: date | None = None
    resigns: Key | None = None


def make(
    application: Application, license_: License, plan: Plan, hand: Hand, *, now: datetime
) -> tuple[Key, str]:
    """Sign and store one key in the caller's transaction, with the licence's row locked.

    Gives the row and the signed text. Raises IssueError where the published keys do not
    verify what was signed.
    """
    fields = _fields(application, license_, plan, now=now)
    text = _sign(fields, hand)
    crash.point("issue:after_sign")
    key = Key.objects.create(
        license=license_,
        application=application,
        klass=fields.klass,
        issue_number=fields.issue_number,
        serial=fields.serial,
        kid=hand.signer.kid,
        server_name=fields.server_name,
        host_code=fields.host_code,
        sealed_text=sealing.seal(text.encode()),
        issued_at=fields.issued_at,
        valid_from=fields.valid_from,
        valid_until=fields.valid_until,
        replaces=plan.replaces,
        resigns=plan.resigns,
    )
    return key, text


def recipients(application: Application) -> list[Contact]:
    """The registered contract and technical contacts (2-2b), a contract contact first.

    Raises IssueError where there is none.
    """
    customer = application.license.contract.customer
    contacts = Contact.objects.receiving_keys().filter(customer=customer)
    found = list(contacts.select_related("user").order_by("-is_contract", "pk"))
    if not found:
        raise IssueError(_("キーを受け取れるご担当者（契約・技術）が登録されていません"))
    return found


def _fields(application: Application, license_: License, plan: Plan, *, now: datetime) -> KeyFields:
    contract = application.license.contract
    period = application.coverage_decision.period
    last = license_.keys.order_by("-issue_number").first()
    issue_number = last.issue_number + 1 if last else 1
    ended = plan.replaces or plan.resigns
    return KeyFields(
        serial=serial_of(license_.number, issue_number),
        issue_number=issue_number,
        klass=plan.klass,
        license_number=license_.number,
        certificate=period.certificate if period else "",
        product=contract.product.code,
        quantity=license_.quantity,
        host_code=plan.host_code,
        server_name=plan.server_name,
        issued_at=now,
        valid_from=clock.today(now),
        valid_until=plan.valid_until,
        replaces=ended.serial if ended else "",
        replaces_until=clock.today(now) if plan.resigns else plan.replaces_until,
    )


def _sign(fields: KeyFields, hand: Hand) -> str:
    """A key that the published keys do not verify never leaves the desk."""
    text = hand.signer.sign(fields.as_document())
    verdict = verify(
        text,
        hand.ring.keys,
        document_type=DOCUMENT_TYPE,
        product=fields.product,
        host=fields.host_code,
        on=fields.valid_from,
    )
    if not verdict.ok:
        raise IssueError(_("署名したキーを検証できません（%(code)s）") % {"code": verdict.code})
    return text
