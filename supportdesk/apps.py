from django.apps import AppConfig


class SupportdeskConfig(AppConfig):
    """The wiring on top; also the home of what every app below needs from the database."""

    name = "supportdesk"
    label = "supportdesk"
    verbose_name = "サポートデスク"
