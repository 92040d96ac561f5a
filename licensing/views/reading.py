"""The customer's licences, one application, and taking it back."""

from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from contracts.domain.coverage import CoverageDecision
from contracts.models import Contact, Contract
from contracts.services import coverage_of
from contracts.words import coverage_badge, coverage_reason
from licensing import services
from licensing.history import history_of_move
from licensing.key_words import rows_in_force, rows_of_move
from licensing.models import Application, License
from licensing.services import StateChangedError
from licensing.timeline import meter, picture_of
from licensing.views.finding import visible_application
from licensing.words import badge_of, change_words, deciding_reason, findings_of, reasons
from supportdesk import clock
from supportdesk.accounts.access import customer_required, person
from supportdesk.promises.domain.decision import Decision


@require_safe
@customer_required
def license_list(request: HttpRequest) -> HttpResponse:
    """Licences with the key in force, and every application, those under way first."""
    user, now = request.user, clock.of(request)
    today = clock.today(now)
    contracts = Contract.objects.with_periods().visible_to(user)
    coverages = {contract.pk: coverage_of(contract, today) for contract in contracts}
    licenses = License.objects.visible_to(user).with_current_key().prefetch_related("keys")
    applications = Application.objects.visible_to(user).for_pages()
    rows = [(each, badge_of(each, now=now)) for each in applications]
    under_way = {each.license_id: each for each in applications if each.is_open}
    context = {
        "licenses": [
            _row(each, coverages[each.contract_id], now=now) | {"under_way": under_way.get(each.pk)}
            for each in licenses
        ],
        "under_way": [row for row in rows if row[0].is_open],
        "finished": [row for row in rows if not row[0].is_open],
    }
    return render(request, "licensing/list.html", context)


def _row(license_: License, coverage: CoverageDecision, *, now: datetime) -> dict[str, object]:
    return {
        "license": license_,
        "keys": rows_in_force(license_, now=now),
        "badge": coverage_badge(coverage),
        "reason": coverage_reason(coverage),
    }


@require_safe
@customer_required
def application(request: HttpRequest, number: str) -> HttpResponse:
    """One move: what is promised and why, its time line, its keys, and what happened."""
    found = visible_application(request, number)
    context = _promised(request, found) | _moving(request, found)
    return render(request, "licensing/application.html", context)


@require_safe
@customer_required
def done(request: HttpRequest, number: str) -> HttpResponse:
    """完了: the number, and first of all what changed since the confirmation."""
    return render(
        request, "licensing/done.html", _promised(request, visible_application(request, number))
    )


@require_http_methods(["GET", "HEAD", "POST"])
@customer_required
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """Asked once before; from the completion page of a changed promise at one click."""
    found = visible_application(request, number)
    if request.method != "POST":
        if not found.is_open:
            return redirect("licensing:application", number)
        bridging = found.keys.open_provisional().first()
        context = {"application": found, "bridging": bridging}
        return render(request, "licensing/withdraw.html", context)
    try:
        services.withdraw(found, by=person(request), now=clock.of(request))
    except StateChangedError:
        messages.warning(request, _("この申請は終わっているため、取り下げられません。"))
    else:
        messages.success(request, _("申請を取り下げました。キーは発行されません。"))
    return redirect("licensing:application", number)


def _promised(request: HttpRequest, found: Application) -> dict[str, object]:
    return {
        "application": found,
        "badge": badge_of(found, now=clock.of(request)),
        "promise": found.promise or found.review_promise,
        **_reasons(found),
        "findings": findings_of(found),
        "coverage": coverage_reason(found.coverage_decision),
        "change": change_words(found),
        "provisional_offered": services.is_offered(found, now=clock.of(request)),
        "first_sent_at": _first_sent_at(found),
        "corrections": found.corrections.exclude(state=Application.State.WITHDRAWN),
        "correction_days": settings.LICENSE_CORRECTION_DAYS,
        "mistyped": services.may_correct_issued(found, now=clock.of(request)),
    }


def _moving(request: HttpRequest, found: Application) -> dict[str, object]:
    """The time line, the keys, the count and the old server, for whoever looks now."""
    now, keys = clock.of(request), services.keys_of(found)
    move, number = services.move_of(found, keys), services.move_number(found)
    contact = person(request).contact
    return {
        # The same server with another code: no server moves.
        "picture": move and not found.corrects_id and picture_of(move, found, keys, now=now),
        "rows": rows_of_move(found, keys, move, now=now),
        "may_open": services.may_open(contact),
        "openers": Contact.objects.receiving_keys().filter(customer=contact.customer),
        "number": number,
        "meter": number and meter(number),
        "stop": move and services.stop_of(found, move),
        "history": history_of_move(found, keys),
    }


def _first_sent_at(found: Application) -> datetime | None:
    """When it was sent before it came back and was sent again; None where it never was."""
    first = found.attempts.first()
    return first.sent_at if first and first.sent_at != found.sent_at else None


def _reasons(found: Application) -> dict[str, object]:
    """Why the key is promised for then; a held application shows what is checked instead."""
    if found.promise is None:
        return {}
    decision = Decision.from_json(found.promise.decision)
    steps = reasons(decision, found.coverage_decision)
    return {"steps": steps, "why": deciding_reason(decision)}
