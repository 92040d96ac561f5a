"""Staff are managed here by administrators. Customers' people are contacts, in `contracts`."""

from typing import ClassVar

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import display
from unfold.forms import AdminPasswordChangeForm, UserCreationForm

from supportdesk import clock
from supportdesk.accounts.models import StaffMember

# Roles are four sentences in backends.py; addresses and authenticators change through their pages.
for _model in (Group, EmailAddress, Authenticator):
    if admin.site.is_registered(_model):
        admin.site.unregister(_model)

_POWERS = ("is_active", "view_only", "is_superuser")
_LABELS = {"is_superuser": _("管理者"), "is_active": _("サインインできる")}
_HELP = {
    "is_superuser": _("担当者を追加し、変更できます。日々の仕事には要りません。"),
    "is_active": _("やめた人は、削除せずにここを切ります。次の操作からサインアウトされます。"),
}


class StaffForm(forms.ModelForm[StaffMember]):
    class Meta:
        model = StaffMember
        fields: ClassVar = ["email", "name", "is_active", "view_only", "is_superuser"]
        labels: ClassVar = _LABELS
        help_texts: ClassVar = _HELP


class NewStaffForm(UserCreationForm):
    class Meta:
        model = StaffMember
        fields: ClassVar = ["email", "name"]

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()


@admin.register(StaffMember)
class StaffAdmin(UserAdmin, ModelAdmin):  # type: ignore[type-arg]
    form = StaffForm
    add_form = NewStaffForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("name", "email", "role", "second_factor", "is_active")
    list_filter = ("is_active", "view_only", "is_superuser")
    search_fields = ("name", "email")
    ordering = ("name",)
    filter_horizontal = ()
    actions = ("forget_second_factor",)
    fieldsets = (
        (None, {"fields": ("email", "name", "password_change")}),
        (_("できること"), {"fields": _POWERS}),
    )
    add_fieldsets = ((None, {"fields": ("email", "name", "password1", "password2")}),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[StaffMember]:
        staff: QuerySet[StaffMember] = super().get_queryset(request)
        return staff.prefetch_related("authenticator_set")

    def get_readonly_fields(
        self, request: HttpRequest, obj: StaffMember | None = None
    ) -> tuple[str, ...]:
        """Nobody changes their own powers: so one administrator always remains."""
        own = obj is not None and obj.pk == request.user.pk
        return ("password_change", *(_POWERS if own else ()))

    @display(description=_("パスワード"))
    def password_change(self, staff: StaffMember) -> str:
        return format_html('<a href="../password/">{}</a>', gettext("新しいパスワードを設定する"))

    def has_delete_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        return False  # what they wrote and decided keeps their name

    def save_model(
        self,
        request: HttpRequest,
        obj: StaffMember,
        form: "forms.ModelForm[StaffMember]",
        change: bool,
    ) -> None:
        if not change:
            obj.is_staff = True
            obj.joined_at = clock.of(request)
        super().save_model(request, obj, form, change)

    @display(description=_("役割"))
    def role(self, staff: StaffMember) -> str:
        if staff.is_superuser:
            return gettext("管理者")
        return gettext("閲覧のみ") if staff.view_only else gettext("担当者")

    @display(description=_("二段階めの確認"), boolean=True)
    def second_factor(self, staff: StaffMember) -> bool:
        return bool(staff.authenticator_set.all())  # type: ignore[attr-defined]

    @admin.action(description=_("選んだ担当者の認証アプリとパスキーを外す"), permissions=["change"])
    def forget_second_factor(self, request: HttpRequest, staff: QuerySet[StaffMember]) -> None:
        """For whoever lost theirs: the next sign-in by password leads to setting up a new one."""
        Authenticator.objects.filter(user__in=staff).delete()
        messages.success(request, gettext("認証アプリとパスキーを外しました"))
