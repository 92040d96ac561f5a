from django.apps import AppConfig


class PromisesConfig(AppConfig):
    name = "supportdesk.promises"
    label = "promises"
    verbose_name = "約束の記録"
