"""お客さまの代わりに登録: an application that came by fax, letter, sales or telephone.

First whose it is; then the form, what it promises, and the registering. The same checks, limits
and clock as the customer's own form; the key goes to the registered contacts, as ever.
"""

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts.models import Contact
from contracts.models.channels import STAFF_CHANNELS
from contracts.services.finding import find_contacts
from licensing import services
from licensing.domain.change import Shown
from licensing.forms.applying import ApplicationForm
from licensing.models import Application
from licensing.words import finding_words, reasons
from supportdesk import clock
from supportdesk.accounts.access import person

SALT = "licensing.entering"
MOST_FOUND = 30


class EntryForm(ApplicationForm):
    """The customer's form with how it came; lists in place of the customers' cards."""

    use_required_attribute = False

    channel = forms.ChoiceField(
        label=gettext_lazy("受付の方法"),
        choices=[("", gettext_lazy("選んでください")), *STAFF_CHANNELS],
        error_messages={"required": gettext_lazy("受付の方法を選んでください")},
    )

    field_order = ["channel"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = [("", _("選んでください"))]
        for name in ("license", "reason"):
            field: Any = self.fields[name]
            labels = [(value, _plain(label)) for value, label in field.choices if value != ""]
            field.widget = forms.Select()
            field.choices = [*chosen, *labels]


def _plain(label: Any) -> str:
    parts = (getattr(label, "title", ""), getattr(label, "detail", ""))
    return "　".join(str(part) for part in parts if part) if parts[1] else str(label)


class EnteringViews:
    """Two pages for the ModelAdmin of applications; view-only staff have neither."""

    admin_site: Any

    def choose(self, request: HttpRequest) -> HttpResponse:
        _require(request)
        asked = request.GET.get("q", "").replace("\x00", "").strip()
        found = list(find_contacts(asked)[: MOST_FOUND + 1]) if asked else []
        context = {
            **self.admin_site.each_context(request),
            "opts": Application._meta,
            "title": _("お客さまの代わりに登録"),
            "intro": _(
                "FAX・郵便・営業担当・電話で届いた再発行の申請を、お客さまの代わりに登録します。"
                "キーは、契約にご登録の宛先だけに送られます。"
            ),
            "asked": asked,
            "found": [
                (one, reverse("admin:application_enter", args=[one.pk]))
                for one in found[:MOST_FOUND]
            ],
            "more": len(found) > MOST_FOUND,
            "back": reverse("admin:licensing_application_changelist"),
            "back_label": _("再発行の申請"),
        }
        return TemplateResponse(request, "admin/contracts/choose.html", context)

    def enter(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Nothing is registered before its promise was seen; twice pressed it is one."""
        _require(request)
        contact = get_object_or_404(find_contacts(""), pk=pk)
        today = clock.today(clock.of(request))
        form = EntryForm(request.POST or None, contact=contact, today=today)
        token = _token(request)
        if request.method != "POST" or not form.is_valid():
            return self._entry_page(request, contact, form, token)
        if request.POST.get("action") != "register":
            return self._previewed(request, contact, form, token)
        return self._register(request, contact, form, token)

    def _register(
        self, request: HttpRequest, contact: Contact, form: EntryForm, token: UUID
    ) -> HttpResponse:
        wanted, shown = form.wanted(), _shown(request, form)
        if shown is None:
            return self._previewed(request, contact, form, token)
        try:
            application = services.send_application(
                wanted,
                applicant=contact,
                token=token,
                shown=shown,
                entered_by=person(request),
                channel=form.cleaned_data["channel"],
                now=clock.of(request),
            )
        except services.OutcomeChangedError:
            form.add_error(None, _("内容が変わりました。下の目安をもう一度確認してください。"))
            return self._previewed(request, contact, form, token)
        except services.AlreadyOpenError as error:
            text = _("このライセンスは、申請 %(number)s を受け付けています。")
            form.add_error("license", text % {"number": error.application.number})
            return self._entry_page(request, contact, form, token)
        except services.TokenReusedError as error:
            application = error.application
        return redirect("admin:licensing_application_change", application.pk)

    def _previewed(
        self, request: HttpRequest, contact: Contact, form: EntryForm, token: UUID
    ) -> HttpResponse:
        seen = services.preview(form.wanted(), now=clock.of(request))
        shown = {"shown": seen.shown.as_json(), "body": _body(form)}
        return self._entry_page(
            request,
            contact,
            form,
            token,
            preview=seen,
            findings=finding_words(seen.admission, seen.coverage, seen.moves),
            steps=reasons(seen.decision, seen.coverage),
            shown=signing.dumps(shown, salt=SALT),
        )

    def _entry_page(
        self, request: HttpRequest, contact: Contact, form: EntryForm, token: UUID, **shown: Any
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": Application._meta,
            "title": _("お客さまの代わりに登録"),
            "contact": contact,
            "form": form,
            "token": token,
            **shown,
        }
        return TemplateResponse(request, "admin/licensing/enter.html", context)


def _require(request: HttpRequest) -> None:
    if not request.user.has_perm("licensing.change_application"):
        raise PermissionDenied


def _token(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("token", ""))
    except ValueError:
        return uuid4()


def _body(form: EntryForm) -> str:
    return f"{form.wanted().digest()} {form.cleaned_data['channel']}"


def _shown(request: HttpRequest, form: EntryForm) -> Shown | None:
    """What this page had shown; None where it was of other words, or not ours."""
    try:
        carried = signing.loads(request.POST.get("shown", ""), salt=SALT)
    except signing.BadSignature:
        return None
    return Shown.from_json(carried["shown"]) if carried["body"] == _body(form) else None
