"""Issuing keys at their promised moment. Runs in the issuer, the only process that can sign."""

import logging
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from contracts.models import Contact
from licensing import mails
from licensing.domain.key_fields import DOCUMENT_TYPE, KeyFields, serial_of
from licensing.models import Application, Key, License
from supportdesk import clock
from supportdesk.outbox import sealing
from supportdesk.promises.services import await_mail
from supportdesk.signing import keyring
from supportdesk.signing.keyring import KeyRing, Signer
from supportdesk.signing.verifier import verify

log = logging.getLogger(__name__)


class IssueError(Exception):
    """This key cannot be issued: staff must look. Nothing was stored."""


def issue_due(*, now: datetime, limit: int = 100) -> int:
    """Issue every key whose promised moment has come at `now`; give how many.

    Each in a transaction of its own: sign, supersede the old key, store the
    new one, put its mail. Any number may run at once, and one that fails stops
    no other: staff are told once and see why, and it is tried again every minute. Raises
    KeyRingError where this process cannot sign at all.
    """
    due = list(Application.objects.due(now).values_list("pk", flat=True)[:limit])
    if not due:
        return 0
    signer, ring = keyring.signer(), keyring.public_keys()
    return sum(_try_to_issue(pk, signer, ring, now=now) for pk in due)


def _try_to_issue(pk: int, signer: Signer, ring: KeyRing, *, now: datetime) -> bool:
    try:
        return _issue(pk, signer, ring, now=now)
    except Exception as error:
        log.exception("the key of application id %s could not be issued", pk)
        _note_failure(pk, error, now=now)
        return False


@transaction.atomic(durable=True)
def _note_failure(pk: int, error: Exception, *, now: datetime) -> None:
    # What others raise may quote anything: only our own words go where staff read them.
    why = str(error) if isinstance(error, IssueError) else type(error).__name__
    accepted = Application.objects.filter(pk=pk, state=Application.State.ACCEPTED)
    if accepted.update(failed_at=now, failure=why):
        mails.tell_failure(accepted.for_pages().get(), now=now)


@transaction.atomic(durable=True)
def _issue(pk: int, signer: Signer, ring: KeyRing, *, now: datetime) -> bool:
    application = _claimed(pk, now=now)
    if application is None:
        return False
    license_ = License.objects.select_for_update(no_key=True).get(pk=application.license_id)
    replaced = license_.keys.current().first()
    fields = _fields(application, license_, replaced, now=now)
    text = _sign(fields, signer, ring)
    _supersede(replaced, now=now)
    key = _store(application, fields, kid=signer.kid, text=text, replaced=replaced)
    application.state, application.issued_at = Application.State.ISSUED, now
    application.save(update_fields=["state", "issued_at"])
    _send(application, key, text, now=now)
    return True


def _claimed(pk: int, *, now: datetime) -> Application | None:
    """Still due, and nobody else is at it; its promise does not move while we are."""
    rows = Application.objects.due(now).for_pages().filter(pk=pk)
    return rows.select_for_update(skip_locked=True, no_key=True, of=("self", "promise")).first()


def _fields(
    application: Application, license_: License, replaced: Key | None, *, now: datetime
) -> KeyFields:
    contract = application.license.contract
    period = application.coverage_decision.period
    last = license_.keys.order_by("-issue_number").first()
    issue_number = last.issue_number + 1 if last else 1
    return KeyFields(
        serial=serial_of(license_.number, issue_number),
        issue_number=issue_number,
        klass="regular",
        license_number=license_.number,
        certificate=period.certificate if period else "",
        product=contract.product.code,
        quantity=license_.quantity,
        host_code=application.new_host_code,
        server_name=application.new_server_name,
        issued_at=now,
        valid_from=clock.today(now),
        replaces=replaced.serial if replaced else "",
    )


def _sign(fields: KeyFields, signer: Signer, ring: KeyRing) -> str:
    """A key that the published keys do not verify never leaves the desk."""
    text = signer.sign(fields.as_document())
    verdict = verify(
        text,
        ring.keys,
        document_type=DOCUMENT_TYPE,
        product=fields.product,
        host=fields.host_code,
        on=fields.valid_from,
    )
    if not verdict.ok:
        raise IssueError(_("署名したキーを検証できません（%(code)s）") % {"code": verdict.code})
    return text


def _supersede(replaced: Key | None, *, now: datetime) -> None:
    if replaced:
        replaced.superseded_at = now
        replaced.save(update_fields=["superseded_at"])


def _store(
    application: Application, fields: KeyFields, *, kid: str, text: str, replaced: Key | None
) -> Key:
    return Key.objects.create(
        license_id=application.license_id,
        application=application,
        klass=fields.klass,
        issue_number=fields.issue_number,
        serial=fields.serial,
        kid=kid,
        server_name=fields.server_name,
        host_code=fields.host_code,
        sealed_text=sealing.seal(text.encode()),
        issued_at=fields.issued_at,
        valid_from=fields.valid_from,
        valid_until=fields.valid_until,
        replaces=replaced,
    )


def _send(application: Application, key: Key, text: str, *, now: datetime) -> None:
    """To the registered contract and technical contacts (2-2b), one mail each.

    The first, a contract contact where there is one, keeps the promise.
    """
    customer = application.license.contract.customer
    contacts = Contact.objects.receiving_keys().filter(customer=customer)
    recipients = list(contacts.select_related("user").order_by("-is_contract", "pk"))
    promise = application.promise
    if not recipients or promise is None:
        raise IssueError(_("キーを受け取れるご担当者（契約・技術）が登録されていません"))
    due_at = promise.release_at or now
    sent = [
        mails.send_key(application, key, text, to=contact, due_at=due_at, now=now)
        for contact in recipients
    ]
    await_mail(promise, sent[0])
