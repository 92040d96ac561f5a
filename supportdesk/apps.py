from django.apps import AppConfig
from django.conf import settings

SERVING = ("web", "worker", "issuer", "beat")


class SupportdeskConfig(AppConfig):
    """The wiring on top; also the home of what every app below needs from the database."""

    name = "supportdesk"
    label = "supportdesk"
    verbose_name = "サポートデスク"

    def ready(self) -> None:
        # Who serves customers starts with the keys of its role, or not at all.
        if settings.PROCESS_ROLE in SERVING:
            from supportdesk.signing import selftest

            selftest.check(settings.PROCESS_ROLE)
