"""入力 → 確認 → 完了: three screens, the same without JavaScript, nothing lost on the way back."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from contracts.models import Contact, Contract
from contracts.services import coverage_of
from contracts.words import coverage_reason, coverage_way_forward
from licensing import drafts, services
from licensing.domain.admission import Kind
from licensing.domain.change import Shown
from licensing.forms import ApplicationForm, ProvisionalForm
from licensing.host_codes import as_shown
from licensing.models import Application, License
from licensing.services import (
    AlreadyOpenError,
    OutcomeChangedError,
    Preview,
    TokenReusedError,
)
from licensing.services.previewing import keys_beside
from licensing.words import ending_words, finding_words, reasons
from supportdesk import clock
from supportdesk.accounts.access import customer_required, person
from supportdesk.business_calendar.domain.calendar import BusinessCalendar
from supportdesk.business_calendar.services import current_terms, load_calendar
from supportdesk.presenting.countdown import countdown
from supportdesk.promises.domain.rules import cutoff_release

_SALT = "licensing.shown"
# What may be a slip of the keyboard; the other findings are facts.
MENDED_BY_TYPING: frozenset[Kind] = frozenset(
    {"same_server", "old_code_typed", "in_use_elsewhere", "code_in_doubt"}
)
_MOMENT = timedelta(microseconds=1)


@require_safe
@customer_required
def start(request: HttpRequest) -> HttpResponse:
    """Every form has a token of its own from the start: sent twice, it is one application."""
    url = reverse("licensing:enter", args=[uuid4()])
    chosen = request.GET.get("license", "")
    return redirect(f"{url}?license={chosen}" if chosen.isdigit() else url)


@require_http_methods(["GET", "HEAD", "POST"])
@customer_required
def enter(request: HttpRequest, token: UUID) -> HttpResponse:
    """入力. What was typed is kept before it is judged."""
    contact, today = person(request).contact, clock.today(clock.of(request))
    if sent := _sent_before(contact, token):
        return _already_sent(request, sent)
    if request.method != "POST":
        typed = drafts.kept(request.session, token) or _chosen(request)
        return _form_page(
            request, ApplicationForm(initial=typed, contact=contact, today=today), token
        )
    form = ApplicationForm(request.POST, contact=contact, today=today)
    drafts.keep(request.session, token, request.POST.dict(), list(form.fields))
    if form.is_valid() and _is_free(form):
        return redirect("licensing:confirm", token=token)
    return _form_page(request, form, token)


@require_http_methods(["GET", "HEAD", "POST"])
@customer_required
def confirm(request: HttpRequest, token: UUID) -> HttpResponse:
    """確認, and sending from it. What it shows is signed into it and compared when it is sent."""
    contact, now = person(request).contact, clock.of(request)
    sent = _sent_before(contact, token)
    # Once sent it is told what became of it, whatever another window still carries.
    typed = drafts.kept(request.session, token)
    if typed is None and not sent:
        typed = drafts.carried_by(request, token)
    if sent and (typed is None or request.method != "POST"):
        return redirect("licensing:done", sent.number)
    if typed is None:
        return redirect("licensing:apply")
    form = ApplicationForm(typed, contact=contact, today=clock.today(now))
    if not form.is_valid() or not (sent or _is_free(form)):
        return _form_page(request, form, token)
    preview = services.preview(form.wanted(), now=now)
    if request.method != "POST":
        return _confirmation(request, preview, token)
    shown, bridging = _shown(request, preview), ProvisionalForm(request.POST)
    if not bridging.is_valid() or shown is None:
        return _confirmation(request, preview, token, changed=shown is None, bridging=bridging)
    return _send(request, form, token, shown, bridging.reason)


def _send(
    request: HttpRequest, form: ApplicationForm, token: UUID, shown: Shown, bridging: str
) -> HttpResponse:
    contact, now = person(request).contact, clock.of(request)
    try:
        application = services.send_application(
            form.wanted(),
            applicant=contact,
            token=token,
            shown=shown,
            now=now,
            provisional_reason=bridging,
        )
    except OutcomeChangedError as changed:
        return _confirmation(request, changed.preview, token, changed=True)
    except AlreadyOpenError as error:
        form.add_error("license", _under_way(error.application))
        return _form_page(request, form, token)
    except TokenReusedError:
        # A token of somebody else's says nothing about what it was used for.
        sent = _sent_before(contact, token)
        return _already_sent(request, sent) if sent else redirect("licensing:apply")
    drafts.drop(request.session, token)
    return redirect("licensing:done", application.number)


# --- Fragments that the pages ask for again ---------------------------------------


@require_safe
@customer_required
def promise(request: HttpRequest) -> HttpResponse:
    """The panel beside the form for the licence chosen now; nothing while it stays the same."""
    context = _promise_now(request, request.GET.get("license", ""))
    if request.GET.get("seen") == context["seen"]:
        return HttpResponse(status=204)
    return render(request, "licensing/_promise.html", context)


@require_safe
@customer_required
def minutes_left(request: HttpRequest, token: UUID) -> HttpResponse:
    """One line in the last ten minutes before the cut-off, and what comes after it."""
    context = _minutes_left(clock.of(request), load_calendar()) | {"token": token}
    return render(request, "licensing/_countdown.html", context)


def _minutes_left(now: datetime, calendar: BusinessCalendar) -> dict[str, object]:
    left = countdown(now, calendar)
    late = cutoff_release(max(now, left.cutoff + _MOMENT), calendar) if left else None
    return {"countdown": left, "afterwards": late and late.release_at}


# --- Pages ------------------------------------------------------------------------


def _form_page(request: HttpRequest, form: ApplicationForm, token: UUID) -> HttpResponse:
    context = {
        "form": form,
        "token": token,
        "contact": person(request).contact,
        **_promise_now(request, str(form["license"].value() or "")),
    }
    return render(request, "licensing/apply.html", context, status=200)


def _promise_now(request: HttpRequest, chosen: str) -> dict[str, Any]:
    """What sending now would promise, and the coverage of the chosen licence."""
    now = clock.of(request)
    decision = cutoff_release(now, load_calendar())
    context: dict[str, Any] = {"decision": decision, "seen": f"{chosen} {decision.promised_on}"}
    licenses = License.objects.visible_to(person(request))
    license_ = licenses.filter(pk=chosen).first() if chosen.isdigit() else None
    if license_:
        contract = Contract.objects.with_periods().get(pk=license_.contract_id)
        coverage = coverage_of(contract, clock.today(now))
        context |= {
            "uncovered": not coverage.covered,
            "reason": coverage_reason(coverage),
            "way_forward": coverage_way_forward(coverage),
            "contract": contract,
        }
    return context


def _confirmation(
    request: HttpRequest,
    preview: Preview,
    token: UUID,
    *,
    changed: bool = False,
    bridging: ProvisionalForm | None = None,
) -> HttpResponse:
    now, calendar = clock.of(request), load_calendar()
    later = _later(now, calendar)
    context = {
        "preview": preview,
        "wanted": preview.wanted,
        "new_code": as_shown(preview.wanted.new.host_code, preview.wanted),
        "reason": Application.Reason(preview.wanted.reason).label,
        "contact": person(request).contact,
        "token": token,
        "changed": changed,
        "findings": finding_words(preview.admission, preview.coverage, preview.moves),
        "old_key": preview.wanted.license.current_key,
        "mendable": MENDED_BY_TYPING.intersection(preview.admission.kinds),
        "beside": keys_beside(preview.wanted),
        "ending": ending_words(preview.ending) if preview.ending else [],
        "bridging": (bridging := bridging or ProvisionalForm()),
        "form": bridging,  # its errors are told in the page's title too
        "until": services.offered_until(preview, now=now),
        "release_at": preview.decision.release_at,
        "way_forward": coverage_way_forward(preview.coverage),
        "steps": reasons(preview.decision, preview.coverage),
        "later": later,
        # Nothing left to count where what is shown is already past the cut-off.
        **(_minutes_left(now, calendar) if later else {}),
        "terms": current_terms(clock.today(now)),
        "typed": drafts.carried(token, drafts.kept(request.session, token) or {}),
        "shown": signing.dumps(
            {"shown": preview.shown.as_json(), "body": preview.wanted.digest()}, salt=_SALT
        ),
    }
    return render(request, "licensing/confirm.html", context, status=409 if changed else 200)


def _later(now: datetime, calendar: BusinessCalendar) -> dict[str, datetime | None] | None:
    """What sending after today's cut-off would mean, while it is still ahead."""
    today = clock.today(now)
    if not calendar.is_business_day(today) or now > calendar.cutoff(today):
        return None
    cutoff = calendar.cutoff(today)
    return {"cutoff": cutoff, "release_at": cutoff_release(cutoff + _MOMENT, calendar).release_at}


def _shown(request: HttpRequest, preview: Preview) -> Shown | None:
    """What this confirmation showed; None where it was not ours, or was of another draft."""
    try:
        carried = signing.loads(request.POST.get("shown", ""), salt=_SALT)
    except signing.BadSignature:
        return None
    if carried["body"] != preview.wanted.digest():
        return None
    return Shown.from_json(carried["shown"])


def _already_sent(request: HttpRequest, application: Application) -> HttpResponse:
    return render(request, "licensing/already_sent.html", {"application": application}, status=409)


def _sent_before(contact: Contact, token: UUID) -> Application | None:
    return Application.objects.visible_to(contact.user).filter(token=token).first()


def _chosen(request: HttpRequest) -> drafts.Typed:
    """The licence that a new form begins with: the one asked for, or the only one there is."""
    mine = License.objects.visible_to(person(request)).values_list("pk", flat=True)[:2]
    only = str(mine[0]) if len(mine) == 1 else ""
    return {"license": request.GET.get("license", only)}


def _is_free(form: ApplicationForm) -> bool:
    """One application at a time for a licence: said at the form rather than on 確認."""
    under_way = form.cleaned_data["license"].applications.open().first()
    if under_way:
        form.add_error("license", _under_way(under_way))
    return not under_way


def _under_way(application: Application) -> str:
    text = _(
        "このライセンスは、申請 %(number)s を受け付けています。"
        "別のライセンスを選ぶか、先の申請を取り下げてください"
    )
    return text % {"number": application.number}
