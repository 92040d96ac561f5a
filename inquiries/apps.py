from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InquiriesConfig(AppConfig):
    """Questions of customers and the desk's answers."""

    name = "inquiries"
    label = "inquiries"
    verbose_name = _("お問い合わせ")
