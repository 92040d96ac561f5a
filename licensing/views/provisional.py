"""暫定キー: asked for after sending, while the regular key is promised for later."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from licensing import services
from licensing.forms import ReasonForm
from licensing.services import NotOfferedError, StateChangedError
from licensing.views.finding import visible_application
from supportdesk import clock
from supportdesk.accounts.access import customer_required, person


@require_http_methods(["GET", "HEAD", "POST"])
@customer_required
def ask(request: HttpRequest, number: str) -> HttpResponse:
    found = visible_application(request, number)
    now = clock.of(request)
    if not services.is_offered(found, now=now):
        messages.warning(request, _("いまは、この申請に暫定キーを発行できません。"))
        return redirect("licensing:application", number)
    form = ReasonForm(request.POST or None)
    if not form.is_valid():
        context = {
            "application": found,
            "form": form,
            "until": services.provisional_until_of(found, now=now),
        }
        return render(request, "licensing/provisional.html", context)
    try:
        services.ask_provisional(
            found, reason=form.cleaned_data["reason"], by=person(request), now=now
        )
    except (NotOfferedError, StateChangedError):
        messages.warning(request, _("いまは、この申請に暫定キーを発行できません。"))
    else:
        messages.success(request, _("暫定キーを発行し、ご登録の宛先へお送りします。"))
    return redirect("licensing:application", number)
