"""暫定キー: asked for after sending, while the regular key is promised for later."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from licensing import services
from licensing.forms import ReasonForm
from licensing.models import Application
from licensing.services import NotOfferedError, StateChangedError
from supportdesk import clock
from supportdesk.accounts.access import customer_required
from supportdesk.accounts.models import User


@require_http_methods(["GET", "POST"])
@customer_required
def ask(request: HttpRequest, number: str) -> HttpResponse:
    visible = Application.objects.visible_to(request.user).for_pages()
    found = get_object_or_404(visible, number=number)
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
    by = cast("User", request.user)
    try:
        services.ask_provisional(found, reason=form.cleaned_data["reason"], by=by, now=now)
    except (NotOfferedError, StateChangedError):
        messages.warning(request, _("いまは、この申請に暫定キーを発行できません。"))
    else:
        messages.success(request, _("暫定キーを発行し、ご登録の宛先へお送りします。"))
    return redirect("licensing:application", number)
