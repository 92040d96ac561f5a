from django.apps import AppConfig
from django.core import checks
from django.utils.translation import gettext_lazy as _


class LicensingConfig(AppConfig):
    name = "licensing"
    label = "licensing"
    verbose_name = _("ライセンスキー")

    def ready(self) -> None:
        from licensing.host_codes import forms_fit

        checks.register(forms_fit)
