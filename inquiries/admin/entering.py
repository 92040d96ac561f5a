"""お客さまの代わりに登録: what came by fax, letter, sales or telephone, entered by staff.

First whose it is; then the form, the promise before anything is saved, and the saving.
"""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from contracts.domain.channels import Channel
from contracts.models import Contact
from contracts.services import coverages_for
from contracts.services.finding import find_contacts
from inquiries import services
from inquiries.domain.content import Content
from inquiries.domain.outcome import Shown
from inquiries.domain.text import storable
from inquiries.forms import EntryForm, Offer
from inquiries.models import Draft, Inquiry
from inquiries.services.entering import Entry
from inquiries.uploads import take_files, token_of
from inquiries.words import confirmation_steps
from supportdesk import clock
from supportdesk.accounts.access import person
from supportdesk.accounts.models import User
from supportdesk.presenting.dates import day_text

SALT = "inquiries.entering"
MOST_FOUND = 30


class EnteringViews:
    """Two pages for the ModelAdmin of inquiries; view-only staff have neither."""

    admin_site: Any
    has_change_permission: Callable[..., bool]

    def choose(self, request: HttpRequest) -> HttpResponse:
        """Whose inquiry it is: found by firm, person, address or contract."""
        self._require(request)
        asked = storable(request.GET.get("q", "")).strip()
        found = list(find_contacts(asked)[: MOST_FOUND + 1]) if asked else []
        context = {
            **self.admin_site.each_context(request),
            "opts": Inquiry._meta,
            "title": _("お客さまの代わりに登録"),
            "intro": _(
                "FAX・郵便・営業担当・電話で届いたお問い合わせを、お客さまの代わりに登録します。"
                "技術的なお問い合わせの受付は、規約では Web フォームだけです。"
                "登録するかどうかは担当の判断です。"
            ),
            "asked": asked,
            "found": [(c, reverse("admin:inquiry_enter", args=[c.pk])) for c in found[:MOST_FOUND]],
            "more": len(found) > MOST_FOUND,
            "back": reverse("admin:inquiries_inquiry_changelist"),
            "back_label": _("対応の順番"),
        }
        return TemplateResponse(request, "admin/contracts/choose.html", context)

    def enter(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What was typed is kept first; nothing is registered before its promise was seen."""
        self._require(request)
        contact = get_object_or_404(find_contacts(""), pk=pk)
        if request.method != "POST":
            return self._entry_page(
                request, contact, _form(request, contact, None, {}), uuid4(), None
            )
        token = token_of(request)
        typed = {name: storable(request.POST.get(name, "")) for name in EntryForm.TYPED}
        form = _form(request, contact, request.POST, typed)
        by, now = person(request), clock.of(request)
        try:
            draft = services.save_draft(token, by=by, typed=typed, now=now)
        except services.SpentError:
            return self._registered_before(request, token, by)
        except services.NotYoursError as error:
            raise Http404 from error
        return self._act(request, contact, form, draft)

    def _act(
        self, request: HttpRequest, contact: Contact, form: EntryForm, draft: Draft
    ) -> HttpResponse:
        action = request.POST.get("action", "")
        for reason in take_files(request, draft, by=person(request), now=clock.of(request)):
            form.add_error("attachments", reason)
        if action.startswith("remove:"):
            services.detach(draft, action.removeprefix("remove:"))
        if action not in ("preview", "register") or not form.is_valid():
            return self._entry_page(request, contact, form, draft.pk, draft)
        entry = _entry(contact, form)
        content = form.content(ask_to_check=True)
        if action == "register":
            return self._register(request, form, draft, content, entry)
        return self._previewed(request, form, draft, content, entry)

    def _register(
        self,
        request: HttpRequest,
        form: EntryForm,
        draft: Draft,
        content: Content,
        entry: Entry,
    ) -> HttpResponse:
        by, now, shown = person(request), clock.of(request), _shown(request)
        if shown is None:
            return self._previewed(request, form, draft, content, entry)
        try:
            inquiry = services.enter(draft.pk, content, entry, shown=shown, by=by, now=now)
        except services.ShowAgainError:
            messages.warning(request, _("内容が変わりました。下の目安をもう一度確認してください。"))
            return self._previewed(request, form, draft, content, entry)
        except services.OverdueError:
            return self._previewed(request, form, draft, content, entry)
        told = _("%(number)s として登録し、お客さまに受付のメールを送りました。")
        messages.success(request, told % {"number": inquiry.number})
        return redirect("admin:inquiries_inquiry_change", inquiry.pk)

    def _registered_before(self, request: HttpRequest, token: UUID, by: User) -> HttpResponse:
        """A double click, or the browser's way back: one inquiry, the first one."""
        sent = get_object_or_404(Inquiry, form_token=token, entered_by=by)
        messages.info(request, _("この内容は、すでに登録されています。"))
        return redirect("admin:inquiries_inquiry_change", sent.pk)

    def _previewed(
        self,
        request: HttpRequest,
        form: EntryForm,
        draft: Draft,
        content: Content,
        entry: Entry,
    ) -> HttpResponse:
        try:
            seen = services.preview_entry(content, draft, entry, now=clock.of(request))
        except services.OverdueError as error:
            text = _(
                "この日時から数えると、最初の回答の目安（%(day)s）を過ぎています。"
                "空欄にすると、いまから数えます。"
            )
            form.add_error("arrived", text % {"day": day_text(error.promised_on)})
            return self._entry_page(request, entry.contact, form, draft.pk, draft)
        decision = seen.outcome.decision
        shown = {
            "outcome": seen.outcome,
            "steps": confirmation_steps(decision, seen.outcome.coverage, seen.contract)
            if decision
            else (),
            "shown": signing.dumps(seen.shown.as_json(), salt=SALT),
        }
        return self._entry_page(request, entry.contact, form, draft.pk, draft, **shown)

    def _entry_page(
        self,
        request: HttpRequest,
        contact: Contact,
        form: EntryForm,
        token: UUID,
        draft: Draft | None,
        **shown: Any,
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": Inquiry._meta,
            "title": _("お客さまの代わりに登録"),
            "contact": contact,
            "form": form,
            "token": token,
            "draft": draft,
            **shown,
        }
        return TemplateResponse(request, "admin/inquiries/enter.html", context)

    def _require(self, request: HttpRequest) -> None:
        if not self.has_change_permission(request):
            raise PermissionDenied


def _form(
    request: HttpRequest,
    contact: Contact,
    data: Mapping[str, Any] | None,
    typed: Mapping[str, str],
) -> EntryForm:
    now = clock.of(request)
    offers = [
        Offer(contract, coverage, selectable=True)
        for contract, coverage in coverages_for(contact.customer, clock.today(now))
    ]
    offers.sort(key=lambda offer: not offer.coverage.covered)
    return EntryForm(data, initial=dict(typed), offers=offers, today=clock.today(now), now=now)


def _entry(contact: Contact, form: EntryForm) -> Entry:
    cleaned = form.cleaned_data
    return Entry(
        contact=contact, channel=Channel(cleaned["channel"]), arrived_at=cleaned["arrived"]
    )


def _shown(request: HttpRequest) -> Shown | None:
    try:
        return Shown.from_json(signing.loads(request.POST.get("shown", ""), salt=SALT))
    except signing.BadSignature:
        return None
