"""証書は後日: staff serve a contract whose order is in before its certificate is issued.

`now` is an aware instant; days are Tokyo dates.
"""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from contracts.models import Contract, Provision
from contracts.services.coverage import coverage_of
from contracts.services.errors import RefusedError
from contracts.services.holding import hold
from contracts.services.reminding import take_back_reminders
from supportdesk import clock
from supportdesk.accounts.models import User
from supportdesk.presenting.dates import day_text


def longest_provision(today: date) -> date:
    """The last day up to which staff may serve ahead of a certificate, from today."""
    return today + timedelta(days=settings.PROVISION_DAYS)


@transaction.atomic(durable=True)
def provide(contract: Contract, *, until: date, reason: str, by: User, now: datetime) -> Provision:
    """Serve this contract from today until the Tokyo date `until`, inclusive, with the reason.

    It is the desk's own decision, not the terms': a period that covers a day takes its place (3-4).
    Raises RefusedError without a reason, where `until` lies before today or beyond PROVISION_DAYS,
    and where today is covered already.
    """
    return grant(contract, until=until, reason=reason, by=by, now=now)


def grant(contract: Contract, *, until: date, reason: str, by: User, now: datetime) -> Provision:
    """The same in the caller's transaction, for what is accepted along with it."""
    today = clock.today(now)
    _check(until, reason, today)
    locked = hold(contract.pk)
    coverage = coverage_of(locked, today)
    if coverage.state == "provided":
        text = _("この契約は、証書の発行待ちとしてすでに %(day)s まで対応中です。")
        raise RefusedError(text % {"day": day_text(coverage.covered_until or today)})
    if coverage.covered:
        raise RefusedError(_("この契約は、今日はサポート期間内です。"))
    take_back_reminders(locked, now=now)
    return Provision.objects.create(
        contract=locked,
        starts_on=today,
        ends_on=until,
        granted_until=until,
        reason=reason.strip(),
        granted_by=by,
        granted_at=now,
    )


def _check(until: date, reason: str, today: date) -> None:
    if not reason.strip():
        raise RefusedError(_("認める理由を入力してください。"))
    last = longest_provision(today)
    if not today <= until <= last:
        text = _("期限には、今日から %(day)s までの日付を入力してください。")
        raise RefusedError(text % {"day": day_text(last)})


@transaction.atomic(durable=True)
def end_provision(provision: Provision, *, by: User, now: datetime) -> Provision:
    """Serve it no longer, from today on; what was accepted meanwhile stays accepted.

    Raises RefusedError where its last day has passed, or somebody ended it before.
    """
    hold(provision.contract_id)
    today = clock.today(now)
    standing = Provision.objects.filter(pk=provision.pk, ended_at=None, ends_on__gte=today)
    if not standing.update(ends_on=today - timedelta(days=1), ended_by=by, ended_at=now):
        raise RefusedError(_("この対応は、すでに終わっています。"))
    provision.refresh_from_db()
    return provision
