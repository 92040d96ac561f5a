"""What customers and staff are told of an application, and the one mail with the key in it."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from contracts.models import Contact
from licensing import words
from licensing.models import Application, Key
from supportdesk import clock
from supportdesk.outbox import services as outbox
from supportdesk.outbox.models import Mail
from supportdesk.presenting.dates import reading_on
from supportdesk.presenting.language import in_the_desks_language
from supportdesk.presenting.letters import letter
from supportdesk.promises.domain.decision import Decision
from supportdesk.promises.steps import present


@in_the_desks_language
def acknowledge(application: Application, *, now: datetime) -> Mail:
    """Number, time, promise and reasons, to whoever applied; first of all what changed."""
    if application.state == Application.State.HELD:
        subject = _("【受付番号 %(number)s】再発行の申請を確認しています")
    else:
        subject = _("【受付番号 %(number)s】再発行の申請を受理しました")
    return _to_applicant("acknowledgement", application, subject, now=now)


@in_the_desks_language
def tell_accepted(application: Application, *, now: datetime) -> Mail:
    """Staff accepted what was held: from now on a key is promised."""
    subject = _("【受付番号 %(number)s】再発行の申請を受理しました")
    return _to_applicant("accepted", application, subject, now=now)


@in_the_desks_language
def tell_refused(application: Application, *, now: datetime) -> Mail:
    """Staff refused what was held: why, and the ways forward."""
    subject = _("【受付番号 %(number)s】キーを発行できません")
    return _to_applicant("refused", application, subject, now=now)


@in_the_desks_language
def tell_withdrawn(application: Application, *, now: datetime) -> Mail:
    """The customer took it back: no key will come."""
    subject = _("【受付番号 %(number)s】再発行の申請を取り下げました")
    return _to_applicant("withdrawn", application, subject, now=now)


@in_the_desks_language
def ask_staff(application: Application, *, due_at: datetime, now: datetime) -> Mail:
    """Somebody must look at what is held; told at the next open instant."""
    return _put(
        "review_request",
        application,
        subject=_("【要確認】再発行の申請 %(number)s"),
        context={"url": _page("admin:licensing_application_change", str(application.pk))},
        recipient=settings.SUPPORT_TEAM_EMAIL,
        due_at=due_at,
        now=now,
    )


@in_the_desks_language
def tell_failure(application: Application, *, now: datetime) -> Mail:
    """Its moment has come and the key cannot be issued: staff must look, told once."""
    return _put(
        "issue_failed",
        application,
        subject=_("【至急】キーを発行できません %(number)s"),
        context={"url": _page("admin:licensing_application_change", str(application.pk))},
        recipient=settings.SUPPORT_TEAM_EMAIL,
        due_at=now,
        now=now,
    )


@in_the_desks_language
def send_key(
    application: Application,
    key: Key,
    text: str,
    *,
    to: Contact,
    due_at: datetime,
    now: datetime,
) -> Mail:
    """The key itself (2-2b), to a registered contact: secret, and put once for each of them."""
    return _put(
        "license_key",
        application,
        subject=_("【受付番号 %(number)s】ライセンスキーをお送りします"),
        context={"key": key, "text": text, "contact": to},
        recipient=to.email,
        subject_key=f"application:{application.number}:contact:{to.pk}",
        due_at=due_at,
        now=now,
        secret=True,
    )


def _to_applicant(kind: str, application: Application, subject: str, *, now: datetime) -> Mail:
    return _put(
        kind,
        application,
        subject=subject,
        context={},
        recipient=application.applicant.email,
        due_at=now,
        now=now,
    )


def _put(
    kind: str,
    application: Application,
    *,
    subject: str,
    context: dict[str, Any],
    recipient: str,
    due_at: datetime,
    now: datetime,
    subject_key: str = "",
    secret: bool = False,
) -> Mail:
    with reading_on(clock.today(now)):
        body = letter(
            f"mails/licensing/{kind}.txt",
            {
                **_facts(application),
                **context,
            },
        )
    return outbox.put(
        kind=kind,
        subject_key=subject_key or f"application:{application.number}",
        recipient=recipient,
        subject=subject % {"number": application.number},
        body=body,
        due_at=due_at,
        now=now,
        secret=secret,
    )


def _facts(application: Application) -> dict[str, Any]:
    """What every mail may tell."""
    promise = application.promise
    return {
        "application": application,
        "contact": application.applicant,
        "url": _page("licensing:application", application.number),
        "apply_url": _page("licensing:apply"),
        "findings": words.finding_words(application.admission, application.coverage_decision),
        "steps": present(Decision.from_json(promise.decision)) if promise else [],
        "change": words.change_words(application),
    }


def _page(name: str, *arguments: str) -> str:
    return f"{settings.SITE_URL}{reverse(name, args=arguments)}"
