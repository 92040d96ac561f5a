"""What a contract's page offers about its end: the what-if, reminders, and 更新しない."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action

from contracts import services
from contracts.admin.pages import KeptAdmin
from contracts.forms.renewals import StaffNonrenewalForm, UndoForm
from contracts.models import Contract, Reminder
from contracts.what_if_page import what_if_page
from supportdesk import clock
from supportdesk.accounts.access import person


class RenewalParts(KeptAdmin):
    """For the admin of contracts."""

    change_form_outer_after_template = "admin/contracts/_renewal.html"

    class Media:
        css = {"all": ["supportdesk/contracts.css"]}
        js = ["supportdesk/contracts.js"]

    def renewal_parts(self, request: HttpRequest, contract: Contract, today: date) -> Any:
        """What `admin/contracts/_renewal.html` shows."""
        reminders = Reminder.objects.filter(order__contract=contract).prefetch_related(
            "contacts__user"
        )
        return {
            **what_if_page(contract, request.GET, today, request.path),
            "reminders": reminders[:8],
            "open_request": contract.renewal_requests.open().first(),
            "nonrenewal": services.not_renewing(contract),
        }

    @action(description=_("更新しない"), url_path="not-renewing", permissions=["change"])
    def not_renewing(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Record it, with who said so; or take it back where it is recorded."""
        contract = get_object_or_404(Contract, pk=object_id)
        back = reverse("admin:contracts_contract_change", args=[contract.pk])
        marked = services.not_renewing(contract)
        form = (UndoForm if marked else StaffNonrenewalForm)(request.POST or None)
        if request.method == "POST" and form.is_valid():
            by, now = person(request), clock.of(request)
            try:
                if marked:
                    services.undo_not_renewing(contract, by=by, now=now)
                else:
                    services.mark_not_renewing(
                        contract, reason=form.cleaned_data["reason"], by=by, now=now
                    )
            except services.RefusedError as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, _("取り消しました。") if marked else _("記録しました。"))
                return redirect(back)
        undo = _("「更新しない」を取り消し、満了の前にふたたびご案内します。")
        mark = _("お客さまから更新しないと連絡があったことを記録します。更新のご案内を止めます。")
        return self.page(
            request,
            "form.html",
            form,
            title=_("「更新しない」の取り消し") if marked else _("更新しない"),
            intro=undo if marked else mark,
            back=back,
            back_label=contract.number,
            submit=_("取り消す") if marked else _("この内容で記録する"),
        )
