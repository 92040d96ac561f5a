"""訂正: before the key is issued, of what came back, and of a code mistyped in an issued key.

Two screens: what is typed, then what it changes in the application and in its promise.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from licensing import drafts, services
from licensing.changes import FieldChange, field_changes
from licensing.domain.change import Shown
from licensing.forms import CorrectionForm, MistypedForm
from licensing.models import Application
from licensing.services import (
    AlreadyOpenError,
    Correction,
    NothingChangedError,
    OutcomeChangedError,
    Preview,
    StateChangedError,
    TokenReusedError,
    TooLateToCorrectError,
    Wanted,
)
from licensing.views.finding import visible_application
from licensing.words import ending_words, finding_words, reasons
from supportdesk import clock
from supportdesk.accounts.access import customer_required, person

_SALT = "licensing.correction"

type AnyForm = CorrectionForm | MistypedForm


@require_http_methods(["GET", "HEAD", "POST"])
@customer_required
def correct(request: HttpRequest, number: str) -> HttpResponse:
    """The form, filled in as the application is. What was typed is kept before it is judged."""
    found = visible_application(request, number)
    form_class = _form_class(found, now=clock.of(request))
    if form_class is None:
        return _too_late(request, found)
    today, token = clock.today(clock.of(request)), _draft_of(found)
    if request.method != "POST":
        typed = drafts.kept(request.session, token) or form_class.typed(found)
        form = form_class(initial=typed, application=found, today=today)
        return _form_page(request, found, form)
    form = form_class(request.POST, application=found, today=today)
    drafts.keep(request.session, token, request.POST.dict(), list(form.fields))
    if form.is_valid() and _changes_something(found, form):
        return redirect("licensing:correct_confirm", number)
    return _form_page(request, found, form)


@require_http_methods(["GET", "HEAD", "POST"])
@customer_required
def confirm(request: HttpRequest, number: str) -> HttpResponse:
    """What changes, old beside new, and what becomes of the promise; then it is sent."""
    found, now = visible_application(request, number), clock.of(request)
    form_class, token = _form_class(found, now=now), _draft_of(found)
    if form_class is None:
        return _too_late(request, found)
    typed = drafts.kept(request.session, token) or drafts.carried_by(request, token)
    if typed is None and request.method == "POST":  # pressed twice: it has been corrected
        return redirect("licensing:application", number)
    form = form_class(typed, application=found, today=clock.today(now)) if typed else None
    if form is None or not form.is_valid():
        return redirect("licensing:correct", number)
    outlook = _outlook(found, form.wanted(), now=now)
    if request.method != "POST":
        return _confirmation(request, found, outlook)
    shown = _shown(request, outlook)
    if shown is None:
        return _confirmation(request, found, outlook, changed=True)
    return _send(request, found, outlook.preview.wanted, shown)


@dataclass(frozen=True, slots=True)
class _Outlook:
    """What sending the correction now would mean; `keeps` is None where a clock starts anyway."""

    preview: Preview
    keeps: bool | None

    def as_json(self) -> dict[str, Any]:
        return {
            "shown": self.preview.shown.as_json(),
            "keeps": self.keeps,
            "body": self.preview.wanted.digest(),
        }


def _outlook(found: Application, wanted: Wanted, *, now: datetime) -> _Outlook:
    if found.state == Application.State.RETURNED:
        return _Outlook(services.preview_again(found, wanted, now=now), None)
    if found.is_open:
        correction: Correction = services.preview_correction(found, wanted, now=now)
        return _Outlook(correction.preview, correction.keeps)
    return _Outlook(services.preview(wanted, now=now), None)


def _send(
    request: HttpRequest, found: Application, wanted: Wanted, carried: dict[str, Any]
) -> HttpResponse:
    by, now, token = person(request), clock.of(request), _draft_of(found)
    shown = Shown.from_json(carried["shown"])
    number = found.number
    try:
        if found.state == Application.State.RETURNED:
            services.send_again(found, wanted, by=by, shown=shown, now=now)
        elif found.is_open:
            services.correct(found, wanted, by=by, keeps=carried["keeps"], now=now)
        else:
            number = services.send_application(
                wanted, applicant=person(request).contact, token=token, shown=shown, now=now
            ).number
    except OutcomeChangedError:
        return _confirmation(request, found, _outlook(found, wanted, now=now), changed=True)
    except (StateChangedError, TooLateToCorrectError):
        return _too_late(request, visible_application(request, found.number))
    except (AlreadyOpenError, TokenReusedError) as error:
        number = error.application.number
    except NothingChangedError:
        return redirect("licensing:correct", number)
    drafts.drop(request.session, token)
    messages.success(request, _("訂正を受け付けました。控えをメールでお送りしました。"))
    return redirect("licensing:application", number)


# --- Pages ------------------------------------------------------------------------


def _form_page(request: HttpRequest, found: Application, form: AnyForm) -> HttpResponse:
    context = {
        "application": found,
        "form": form,
        "kept_until": services.coverage_kept_until(found),
        "issued": found.state == Application.State.ISSUED,
    }
    return render(request, "licensing/correct.html", context)


def _confirmation(
    request: HttpRequest, found: Application, outlook: _Outlook, *, changed: bool = False
) -> HttpResponse:
    preview, token = outlook.preview, _draft_of(found)
    context = {
        "application": found,
        "preview": preview,
        "keeps": outlook.keeps,
        "promise": found.promise,
        "changes": _changes(found, preview.wanted),
        "changed": changed,
        "findings": finding_words(preview.admission, preview.coverage, preview.moves),
        "steps": reasons(preview.decision, preview.coverage),
        "ending": ending_words(preview.ending) if preview.ending else [],
        "issued": found.state == Application.State.ISSUED,
        "typed": drafts.carried(token, drafts.kept(request.session, token) or {}),
        "shown": signing.dumps(outlook.as_json(), salt=_SALT),
    }
    status = 409 if changed else 200
    return render(request, "licensing/correct_confirm.html", context, status=status)


def _changes(found: Application, wanted: Wanted) -> list[FieldChange]:
    """What the correction changes; a note not written again beside a new code is no change."""
    if wanted.corrects and not wanted.note:
        wanted = replace(wanted, note=found.note)
    return field_changes(found, wanted)


def _too_late(request: HttpRequest, found: Application) -> HttpResponse:
    """The key is on its way, or nothing is owed any more."""
    return render(request, "licensing/correct_too_late.html", {"application": found}, status=409)


def _shown(request: HttpRequest, outlook: _Outlook) -> dict[str, Any] | None:
    """What this confirmation showed; None where it is not ours, or something moved since."""
    try:
        carried: dict[str, Any] = signing.loads(request.POST.get("shown", ""), salt=_SALT)
    except signing.BadSignature:
        return None
    now = outlook.as_json()
    same = all(carried[name] == now[name] for name in ("keeps", "body"))
    moved = carried["shown"]["promised_on"] != now["shown"]["promised_on"]
    # A promise that stays is not computed anew; any other is shown again when it moved.
    return carried if same and (outlook.keeps or not moved) else None


def _form_class(found: Application, *, now: datetime) -> type[AnyForm] | None:
    if found.is_open:
        return CorrectionForm
    return MistypedForm if services.may_correct_issued(found, now=now) else None


def _changes_something(found: Application, form: AnyForm) -> bool:
    if isinstance(form, MistypedForm) or found.state == Application.State.RETURNED:
        return True
    if field_changes(found, form.wanted()):
        return True
    form.add_error(None, _("変わったところがありません。訂正する項目を直してください"))
    return False


def _draft_of(found: Application) -> UUID:
    """One draft, and one application, for each state that it may be corrected from."""
    return uuid5(found.token, f"{found.state}:{found.attempts.count()}")
