"""Who may do what on the staff's side: four sentences instead of rows of permissions."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from supportdesk.accounts.models import User

_MANAGED_BY_ADMINISTRATORS = "accounts"


class DeskBackend(AuthenticationBackend):
    """Checks passwords as allauth does, and answers every question about permissions.

    An administrator may do everything. Staff may do everything but manage staff.
    View-only staff may look at the same. Customers have no permissions at all:
    what they see is decided by `visible_to(user)`.
    """

    def has_perm(self, user_obj: User, perm: str, obj: Any = None) -> bool:
        app_label, _, name = perm.partition(".")
        if not self.has_module_perms(user_obj, app_label):
            return False
        return user_obj.is_superuser or not user_obj.view_only or name.startswith("view_")

    def has_module_perms(self, user_obj: User, app_label: str) -> bool:
        if not (user_obj.is_active and user_obj.is_staff):
            return False
        return user_obj.is_superuser or app_label != _MANAGED_BY_ADMINISTRATORS
