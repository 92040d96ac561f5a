from django.apps import AppConfig


class PromisesConfig(AppConfig):
    name = "supportdesk.promises"
    label = "promises"
    verbose_name = "お約束"
