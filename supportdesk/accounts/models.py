"""People who sign in: contacts of customers and the desk's own staff.

Known by e-mail, no user name.
"""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from supportdesk.history.tracking import recorded


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


@recorded(exclude=["password", "last_login"])
class User(AbstractBaseUser, PermissionsMixin):
    email = models.EmailField(
        _("メールアドレス"),
        max_length=254,
        unique=True,
        error_messages={"unique": _("このメールアドレスはすでに登録されています")},
    )
    name = models.CharField(_("氏名"), max_length=80)
    is_staff = models.BooleanField(_("担当者"), default=False)
    is_active = models.BooleanField(_("有効"), default=True)
    view_only = models.BooleanField(
        _("閲覧のみ"),
        default=False,
        help_text=_("チェックを入れた担当者は、画面を見るだけで何も変更できません。"),
    )
    # What this person's mails and pages speak; empty while they have not chosen: the desk's own.
    language = models.CharField(
        _("ことば"), max_length=2, choices=[("ja", "日本語"), ("en", "English")], blank=True
    )
    joined_at = models.DateTimeField(_("登録日時"), null=True, blank=True, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        verbose_name = _("利用者")
        verbose_name_plural = _("利用者")
        constraints = [
            # One person is one address, however it is typed.
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")), name="user_email_is_lower_case"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name


class StaffManager(UserManager):
    def get_queryset(self) -> models.QuerySet[User]:
        return super().get_queryset().filter(is_staff=True)


class StaffMember(User):
    """The desk's own people, as administrators manage them; customers' people are contacts."""

    objects: ClassVar[StaffManager] = StaffManager()

    class Meta:
        proxy = True
        verbose_name = _("担当者")
        verbose_name_plural = _("担当者")
        ordering = ["name", "pk"]
