from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.forms import Form, ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.decorators import action, display

from contracts import services
from contracts.admin.pages import KeptAdmin
from contracts.admin.people import CustomerPeople
from contracts.forms.people import ContactForm, CustomerForm, NewContactForm
from contracts.models import Contact, Contract, Customer, CustomerName, Invitation, Product
from supportdesk import clock
from supportdesk.accounts.access import person
from supportdesk.imports.links import InAndOut
from supportdesk.templatetags.desk import state


@display(description=_("氏名"), ordering="user__name")
def _name(admin: Any, contact: Contact) -> str:
    return contact.name


@display(description=_("メールアドレス"), ordering="user__email")
def _email(admin: Any, contact: Contact) -> str:
    return contact.email


@display(description=_("役割"))
def _roles(admin: Any, contact: Contact) -> str:
    roles = [
        (contact.is_contract, _("契約")),
        (contact.is_technical, _("技術")),
        (contact.is_renewal, _("更新")),
    ]
    return "・".join(str(word) for has, word in roles if has)


@display(description=_("アクセス"), ordering="is_active")
def _access(admin: Any, contact: Contact) -> SafeString:
    active = contact.is_active
    return state("ok", str(_("有効"))) if active else state("done", str(_("停止")))


class _LinkedRows(TabularInline):
    """Rows of another list, to look at and to go to."""

    extra = 0
    can_delete = False
    show_change_link = True
    tab = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ContactRows(_LinkedRows):
    model = Contact
    fields = ("name", "email", "department", "roles", "access")
    readonly_fields = ("name", "email", "roles", "access")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Contact]:
        contacts: QuerySet[Contact] = super().get_queryset(request)
        return contacts.select_related("user")

    name, email, roles, access = _name, _email, _roles, _access


class InvitationRows(_LinkedRows):
    model = Invitation
    fields = ("name", "email", "sent_at", "expires_at")
    verbose_name_plural = _("招待中の方")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Invitation]:
        invitations: QuerySet[Invitation] = super().get_queryset(request)
        return invitations.filter(accepted_at=None, withdrawn_at=None)


class FormerNameRows(_LinkedRows):
    model = CustomerName
    fields = ("name", "name_kana", "changed_at", "changed_by")
    show_change_link = False


class ContractRows(_LinkedRows):
    model = Contract
    fields = ("number", "product", "site", "quantity", "customised")


@admin.register(Customer)
class CustomerAdmin(InAndOut, CustomerPeople):
    csv_kind = "customers"
    form = CustomerForm
    list_display = ("name", "number", "name_kana", "standing")
    list_select_related = ("merge__into",)
    # Found by what they were called before, and by the number of one that went into them.
    search_fields = (
        "name",
        "name_kana",
        "number",
        "former_names__name",
        "merges__source__number",
        "merges__source__name",
    )
    ordering = ("name_kana", "number")
    readonly_fields = ("standing",)
    inlines = (ContractRows, ContactRows, InvitationRows, FormerNameRows)
    actions_detail = ("invite_contact", "add_contact", "add_contract", "merge")

    @display(description=_("統合"))
    def standing(self, customer: Customer) -> str:
        if not customer.is_merged:
            return ""
        into = customer.current
        text = _("%(name)s（%(number)s）に統合しました")
        return str(text) % {"name": into.name, "number": into.number}

    def save_model(
        self, request: HttpRequest, obj: Customer, form: ModelForm[Customer], change: bool
    ) -> None:
        """A new name keeps the former one; everything else is written as it is."""
        named = {"name", "name_kana"} & set(form.changed_data)
        if change and named:
            services.rename_customer(
                obj,
                name=form.cleaned_data["name"],
                name_kana=form.cleaned_data["name_kana"],
                by=person(request),
                now=clock.of(request),
            )
        super().save_model(request, obj, form, change)

    @action(description=_("ご担当者を登録"), url_path="add-contact", permissions=["change"])
    def add_contact(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return redirect(f"{reverse('admin:contracts_contact_add')}?customer={object_id}")

    @action(description=_("契約を登録"), url_path="add-contract", permissions=["change"])
    def add_contract(self, request: HttpRequest, object_id: str) -> HttpResponse:
        customer = get_object_or_404(Customer, pk=object_id).current
        return redirect(f"{reverse('admin:contracts_contract_add')}?customer={customer.number}")


@admin.register(Contact)
class ContactAdmin(InAndOut, KeptAdmin):
    csv_kind = "contacts"
    form = ContactForm
    list_display = ("name", "customer", "email", "roles", "access")
    list_filter = ("is_active", "is_contract", "is_technical", "is_renewal")
    list_select_related = ("customer", "user")
    search_fields = ("user__name", "name_kana", "user__email", "customer__name", "customer__number")
    readonly_fields = ("customer", "email", "access", "replaced_by", "reached")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "customer",
                    "name",
                    "name_kana",
                    "email",
                    "reached",
                    "department",
                    "phone",
                )
            },
        ),
        (
            _("役割"),
            {"fields": ("is_contract", "is_technical", "is_renewal", "access", "replaced_by")},
        ),
    )
    actions_detail = ("switch_off", "switch_on")

    name, email, roles, access = _name, _email, _roles, _access

    @display(description=_("メールの届きかた"))
    def reached(self, contact: Contact) -> str | SafeString:
        if services.unreached([contact], now=clock.now()):
            return state("broken", gettext("メールが届いていません"))
        return gettext("送れなかったメールはありません")

    def save_model(
        self, request: HttpRequest, obj: Contact, form: ModelForm[Contact], change: bool
    ) -> None:
        if "name" in form.changed_data:
            services.rename_contact(obj, form.cleaned_data["name"])
        super().save_model(request, obj, form, change)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Registering makes a user and a contact at once: a page of our own, from a customer."""
        customer_pk = request.GET.get("customer", "")
        if not customer_pk.isdecimal():
            messages.info(request, _("お客さまを選び、「ご担当者を登録」を押してください。"))
            return redirect("admin:contracts_customer_changelist")
        customer = get_object_or_404(Customer, pk=customer_pk).current
        if not self.has_add_permission(request):
            return redirect("admin:contracts_customer_change", customer.pk)
        form = NewContactForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                contact = services.register_contact(
                    customer, **form.cleaned_data, welcome=True, now=clock.of(request)
                )
            except services.RefusedError as error:
                form.add_error("email", str(error))
            else:
                messages.success(request, _("ご担当者を登録しました。"))
                return redirect("admin:contracts_contact_change", contact.pk)
        return self.page(
            request,
            "form.html",
            form,
            title=_("ご担当者の登録"),
            back=reverse("admin:contracts_customer_change", args=[customer.pk]),
            back_label=customer.name,
            submit=_("この内容で登録する"),
        )

    @action(description=_("アクセスを止める"), url_path="switch-off", permissions=["change"])
    def switch_off(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self._switch(
            request,
            object_id,
            partial(services.switch_off_contact, now=clock.of(request)),
            title=_("アクセスを止める"),
            intro=self._what_ends(object_id),
            done=_("アクセスを止めました。"),
        )

    def _what_ends(self, object_id: str) -> str:
        said = gettext("次の操作からサインアウトされ、サインインできなくなります。記録は残ります。")
        contact = get_object_or_404(Contact, pk=object_id)
        others = contact.customer.contacts.contract_contacts().exclude(pk=contact.pk)
        if others.exists():
            return said
        return said + gettext("このお客さまには、契約の担当の方がいなくなります。")

    @action(description=_("アクセスを戻す"), url_path="switch-on", permissions=["change"])
    def switch_on(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self._switch(
            request,
            object_id,
            services.switch_on_contact,
            title=_("アクセスを戻す"),
            intro=_("ふたたびサインインできるようになります。"),
            done=_("アクセスを戻しました。"),
        )

    def _switch(
        self,
        request: HttpRequest,
        object_id: str,
        change: Callable[[Contact], None],
        **words: Any,
    ) -> HttpResponse:
        """Say what it does, then do it: a link alone changes nothing."""
        contact = get_object_or_404(Contact.objects.select_related("user"), pk=object_id)
        back = reverse("admin:contracts_contact_change", args=[contact.pk])
        if request.method == "POST":
            change(contact)
            messages.success(request, words["done"])
            return HttpResponseRedirect(back)
        words |= {"back": back, "back_label": contact.name, "submit": words["title"]}
        return self.page(request, "form.html", Form(), **words)


@admin.register(Product)
class ProductAdmin(KeptAdmin):
    list_display = ("name", "code", "support_name", "recontinuation_name")
    search_fields = ("name", "code")
