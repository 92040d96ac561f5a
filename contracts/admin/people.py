"""Staff invite people, merge customers, and find out about mailboxes that are dead."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from contracts import services
from contracts.admin.pages import HistoryAdmin, KeptAdmin
from contracts.forms.people import DecisionForm, MergeForm, ReportInviteForm, StaffInviteForm
from contracts.models import Customer, Invitation, MailboxReport
from supportdesk import clock
from supportdesk.accounts.access import person
from supportdesk.presenting.dates import tokyo_text
from supportdesk.templatetags.desk import state


class CustomerPeople(KeptAdmin):
    """What staff do with a customer's people, and with a customer that became another's."""

    @action(description=_("ご担当者を招待"), url_path="invite", permissions=["change"])
    def invite_contact(self, request: HttpRequest, object_id: str) -> HttpResponse:
        customer = get_object_or_404(Customer, pk=object_id).current
        form = StaffInviteForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                services.invite(customer, form.invited(), by=person(request), now=clock.of(request))
            except services.RefusedError as error:
                form.add_error("email", str(error))
            else:
                messages.success(
                    request, _("招待のメールをお送りしました。24時間のあいだ使えます。")
                )
                return redirect("admin:contracts_customer_change", customer.pk)
        return self.page(
            request,
            "form.html",
            form,
            title=_("ご担当者の招待"),
            intro=_("ご本人がメールのリンクから登録すると、サインインできるようになります。"),
            back=reverse("admin:contracts_customer_change", args=[customer.pk]),
            back_label=customer.name,
            submit=_("招待のメールを送る"),
        )

    @action(description=_("ほかのお客さまに統合"), url_path="merge", permissions=["change"])
    def merge(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """What would move is shown first; only what was shown is moved."""
        source = get_object_or_404(Customer, pk=object_id)
        if source.is_merged:
            messages.info(request, _("すでに統合されたお客さまです。"))
            return redirect("admin:contracts_customer_change", source.current.pk)
        form = MergeForm(request.POST or None)
        ready = request.method == "POST" and form.is_valid()
        if ready and "merge" in request.POST and self._merge(request, source, form):
            return redirect("admin:contracts_customer_change", form.cleaned_data["into"].pk)
        preview = services.preview_merge(source) if ready and form.is_valid() else None
        return self.page(
            request,
            "merge.html",
            form,
            title=_("ほかのお客さまに統合"),
            source=source,
            into=form.cleaned_data["into"] if preview else None,
            preview=preview,
            back=reverse("admin:contracts_customer_change", args=[source.pk]),
        )

    def _merge(self, request: HttpRequest, source: Customer, form: MergeForm) -> bool:
        try:
            services.merge_customers(
                source,
                form.cleaned_data["into"],
                seen=request.POST.get("seen", ""),
                reason=form.cleaned_data["reason"],
                by=person(request),
                now=clock.of(request),
            )
        except services.RefusedError as error:
            form.add_error("into", str(error))
            return False
        messages.success(request, _("お客さまを統合しました。"))
        return True


@admin.register(Invitation)
class InvitationAdmin(HistoryAdmin):
    list_display = ("name", "email", "customer", "roles", "standing", "until")
    list_select_related = ("customer", "invited_by", "replaces__user")
    search_fields = ("name", "email", "customer__name", "customer__number")
    fields = ("name", "email", "customer", "roles", "standing", "until", "replaces", "inviter")
    readonly_fields = ("roles", "standing", "until", "inviter")
    actions_detail = ("again", "take_back")

    @display(description=_("役割"))
    def roles(self, invitation: Invitation) -> str:
        return gettext("・").join(invitation.role_words)

    @display(description=_("状態"))
    def standing(self, invitation: Invitation) -> SafeString:
        if invitation.accepted_at:
            return state("ok", gettext("登録済み"))
        if invitation.withdrawn_at:
            return state("done", gettext("取り消し"))
        return state("waiting", gettext("登録を待っています"))

    @display(description=_("期限"), ordering="expires_at")
    def until(self, invitation: Invitation) -> str:
        return tokyo_text(invitation.expires_at)

    @display(description=_("招待した人"))
    def inviter(self, invitation: Invitation) -> str:
        return invitation.invited_by.name if invitation.invited_by else ""

    def has_decide_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        if not self.has_act_permission(request):
            return False
        return object_id is None or Invitation.objects.open().filter(pk=object_id).exists()

    @action(description=_("招待を送り直す"), url_path="again", permissions=["decide"])
    def again(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self._act(
            request,
            object_id,
            services.invite_again,
            title=_("招待を送り直す"),
            intro=_("新しいリンクを送ります。前のリンクは使えなくなります。"),
            done=_("招待のメールを送り直しました。"),
        )

    @action(description=_("招待を取り消す"), url_path="take-back", permissions=["decide"])
    def take_back(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self._act(
            request,
            object_id,
            services.withdraw_invitation,
            title=_("招待を取り消す"),
            intro=_("送ったリンクは使えなくなります。"),
            done=_("招待を取り消しました。"),
        )

    def _act(
        self, request: HttpRequest, object_id: str, act: Any, *, done: Any, **words: Any
    ) -> HttpResponse:
        """Say what it does, then do it: a link alone changes nothing."""
        invitation = get_object_or_404(Invitation.objects.select_related("customer"), pk=object_id)
        form = Form(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                act(invitation, by=person(request), now=clock.of(request))
            except services.RefusedError as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, done)
                return redirect("admin:contracts_customer_change", invitation.customer_id)
        back = reverse("admin:contracts_invitation_change", args=[invitation.pk])
        words |= {"back": back, "back_label": invitation.name, "submit": words["title"]}
        return self.page(request, "form.html", form, **words)


@admin.register(MailboxReport)
class MailboxReportAdmin(HistoryAdmin):
    """What waits comes first. Whoever wrote may be anybody: only both numbers right say more."""

    list_display = ("name", "received", "matched", "standing")
    list_filter = ("state",)
    search_fields = ("name", "email", "contract_number", "contract__customer__name")
    fields = (
        "standing",
        "received",
        "name",
        "email",
        "contract_number",
        "support_service_number",
        "words",
        "matched",
        "people",
        "decided_by",
        "decided",
        "note",
    )
    readonly_fields = ("standing", "received", "matched", "people", "decided")
    actions_detail = ("invite", "refuse")

    def get_queryset(self, request: HttpRequest) -> QuerySet[MailboxReport]:
        reports: QuerySet[MailboxReport] = super().get_queryset(request)
        return reports.select_related("contract__customer", "contract__product", "decided_by")

    @display(description=_("受付日時"), ordering="received_at")
    def received(self, report: MailboxReport) -> str:
        return tokyo_text(report.received_at)

    @display(description=_("対応日時"))
    def decided(self, report: MailboxReport) -> str:
        return tokyo_text(report.decided_at) if report.decided_at else ""

    @display(description=_("一致した契約"))
    def matched(self, report: MailboxReport) -> str | SafeString:
        if report.contract is None:
            return gettext("なし（番号の組み合わせが違います）")
        address = reverse("admin:contracts_contract_change", args=[report.contract.pk])
        text = f"{report.contract.customer.name} {report.contract}"
        return format_html('<a href="{}">{}</a>', address, text)

    @display(description=_("このお客さまのご担当者"))
    def people(self, report: MailboxReport) -> str | SafeString:
        if report.contract is None:
            return ""
        contacts = report.contract.customer.contacts.active().select_related("user")
        lines = [(one.name, one.email, one.phone, "・".join(one.role_words)) for one in contacts]
        return format_html_join("", "<p>{} {} {} {}</p>", lines)

    @display(description=_("状態"), ordering="state")
    def standing(self, report: MailboxReport) -> SafeString:
        waits = report.state == MailboxReport.State.OPEN
        return state("waiting" if waits else "done", report.get_state_display())

    def has_refuse_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        if not self.has_act_permission(request):
            return False
        waiting = MailboxReport.objects.filter(pk=object_id, state=MailboxReport.State.OPEN)
        return object_id is None or waiting.exists()

    def has_invite_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        found = MailboxReport.objects.filter(pk=object_id, contract__isnull=False)
        matched = object_id is None or found.exists()
        return matched and self.has_refuse_permission(request, object_id)

    @action(description=_("確かめて招待する"), url_path="invite", permissions=["invite"])
    def invite(self, request: HttpRequest, object_id: str) -> HttpResponse:
        report = get_object_or_404(MailboxReport, pk=object_id, contract__isnull=False)
        customer = report.contract.customer  # type: ignore[union-attr]
        initial = {"name": report.name, "email": report.email, "is_technical": True}
        form = ReportInviteForm(request.POST or None, customer=customer, initial=initial)
        if request.method == "POST" and form.is_valid():
            try:
                services.invite_for_report(
                    report,
                    form.invited(),
                    replaces=form.cleaned_data["replaces"],
                    note=form.cleaned_data["note"],
                    by=person(request),
                    now=clock.of(request),
                )
            except services.RefusedError as error:
                form.add_error(None, str(error))
            else:
                messages.success(
                    request, _("招待のメールをお送りしました。24時間のあいだ使えます。")
                )
                return redirect("admin:contracts_mailboxreport_change", report.pk)
        intro = _("ご本人と確かめてから招待してください。契約の担当の方へ結果をお知らせします。")
        return self._page(request, report, form, _("確かめて招待する"), intro)

    @action(description=_("見送る"), url_path="refuse", permissions=["refuse"])
    def refuse(self, request: HttpRequest, object_id: str) -> HttpResponse:
        report = get_object_or_404(MailboxReport, pk=object_id)
        form = DecisionForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            note = form.cleaned_data["note"]
            try:
                services.refuse_report(report, note=note, by=person(request), now=clock.of(request))
            except services.RefusedError as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, _("見送りました。"))
                return redirect("admin:contracts_mailboxreport_changelist")
        intro = _("何も変わりません。契約の担当の方がいれば、その旨をお知らせします。")
        return self._page(request, report, form, _("見送る"), intro)

    def _page(
        self, request: HttpRequest, report: MailboxReport, form: Form, title: Any, intro: Any
    ) -> HttpResponse:
        return self.page(
            request,
            "form.html",
            form,
            title=title,
            intro=intro,
            back=reverse("admin:contracts_mailboxreport_change", args=[report.pk]),
            back_label=report.name,
            submit=title,
        )
