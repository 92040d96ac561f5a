"""停止の連絡を登録: what a customer told by telephone, fax or letter of the old server's stop."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts.models import Contact
from contracts.models.channels import STAFF_CHANNELS
from licensing import services
from licensing.forms.stopping import StopForm
from licensing.models import Application
from supportdesk import clock
from supportdesk.accounts.access import person


class ToldStopForm(StopForm):
    """The customer's form, and how and from whom it reached the desk."""

    use_required_attribute = False

    channel = forms.ChoiceField(
        label=gettext_lazy("受付の方法"),
        choices=[("", gettext_lazy("選んでください")), *STAFF_CHANNELS],
        error_messages={"required": gettext_lazy("受付の方法を選んでください")},
    )
    told_by = forms.ModelChoiceField(
        Contact.objects.none(),
        label=gettext_lazy("連絡をくださった方"),
        empty_label=gettext_lazy("選んでください"),
        error_messages={"required": gettext_lazy("連絡をくださった方を選んでください")},
    )

    field_order = ["channel", "told_by", "stopped_on", "note"]

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people: Any = self.fields["told_by"]
        contacts = Contact.objects.active().select_related("user").order_by("pk")
        people.queryset = contacts.filter(customer=application.license.contract.customer_id)
        people.label_from_instance = _who
        self.fields["note"].widget.attrs["rows"] = 3


def _who(contact: Contact) -> str:
    return f"{contact.name}　{contact.department}　{contact.email}".replace("　　", "　")


class StopEntryView:
    """One page of an issued move, for its ModelAdmin; view-only staff have none."""

    admin_site: Any

    def stop_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not request.user.has_perm("licensing.change_application"):
            raise PermissionDenied
        application = get_object_or_404(Application.objects.for_pages(), pk=pk)
        back = redirect("admin:licensing_application_change", pk)
        old = services.replaced_key(application)
        if old is None or application.issued_at is None or services.stop_reported(application):
            messages.warning(
                request, _("この申請には、停止の連絡を待っているサーバーはありません。")
            )
            return back
        now = clock.of(request)
        form = ToldStopForm(
            request.POST or None,
            application=application,
            issued_on=clock.today(application.issued_at),
            today=clock.today(now),
        )
        if request.method == "POST" and form.is_valid() and _kept(request, application, form):
            return back
        context = {
            **self.admin_site.each_context(request),
            "opts": Application._meta,
            "title": _("停止の連絡を登録"),
            "application": application,
            "old": old,
            "form": form,
        }
        return TemplateResponse(request, "admin/licensing/stop.html", context)


def _kept(request: HttpRequest, application: Application, form: ToldStopForm) -> bool:
    """Kept, or somebody else was faster: both lead back to the application."""
    told = form.cleaned_data
    try:
        services.report_stop(
            application,
            stopped_on=told["stopped_on"],
            note=told["note"],
            by=told["told_by"].user,
            entered_by=person(request),
            channel=told["channel"],
            now=clock.of(request),
        )
    except services.StopDateError:  # midnight has passed since it was read
        form.add_error("stopped_on", _("今日までの日付を入力してください"))
        return False
    except services.NothingToReportError:
        messages.warning(request, _("停止の連絡は、すでに登録されています。"))
    else:
        messages.success(
            request, _("旧サーバーの停止を登録しました。お客さまの画面にも表示されます。")
        )
    return True
