"""What customers and staff are told of an application."""

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from contracts.services.people import whom_to_write
from licensing.mails.letters import put
from licensing.models import Application
from supportdesk.outbox.models import Mail
from supportdesk.presenting.language import in_the_desks_language, in_the_language_of
from supportdesk.presenting.letters import page


@in_the_language_of(lambda application, **_: whom_to_write(application.applicant).user)
def acknowledge(application: Application, *, now: datetime) -> Mail:
    """Number, time, promise and reasons, to whoever applied; first of all what changed."""
    if application.state == Application.State.HELD:
        subject = _("【受付番号 %(number)s】再発行の申請を確認しています")
    else:
        subject = _("【受付番号 %(number)s】再発行の申請を受理しました")
    return _to_applicant("acknowledgement", application, subject, now=now)


@in_the_language_of(lambda application, **_: whom_to_write(application.applicant).user)
def tell_accepted(application: Application, *, now: datetime) -> Mail:
    """Staff accepted what was held: from now on a key is promised."""
    subject = _("【受付番号 %(number)s】再発行の申請を受理しました")
    return _to_applicant("accepted", application, subject, now=now)


@in_the_language_of(lambda application, **_: whom_to_write(application.applicant).user)
def tell_refused(application: Application, *, now: datetime) -> Mail:
    """Staff refused what was held: why, and the ways forward."""
    subject = _("【受付番号 %(number)s】キーを発行できません")
    return _to_applicant("refused", application, subject, now=now)


@in_the_language_of(lambda application, **_: whom_to_write(application.applicant).user)
def tell_withdrawn(application: Application, *, now: datetime) -> Mail:
    """The customer took it back: no key will come."""
    subject = _("【受付番号 %(number)s】再発行の申請を取り下げました")
    return _to_applicant("withdrawn", application, subject, now=now)


@in_the_desks_language
def ask_staff(application: Application, *, due_at: datetime, now: datetime) -> Mail:
    """Somebody must look at what is held; told at the next open instant."""
    return put(
        "review_request",
        application,
        subject=_("【要確認】再発行の申請 %(number)s"),
        context={"url": page("admin:licensing_application_change", str(application.pk))},
        recipient=settings.SUPPORT_TEAM_EMAIL,
        due_at=due_at,
        now=now,
    )


def _to_applicant(kind: str, application: Application, subject: str, *, now: datetime) -> Mail:
    return put(
        kind,
        application,
        subject=subject,
        context={},
        recipient=whom_to_write(application.applicant).email,
        due_at=now,
        now=now,
    )
