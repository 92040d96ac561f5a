from django.apps import AppConfig


class HistoryConfig(AppConfig):
    name = "supportdesk.history"
    label = "history"
    verbose_name = "変更履歴"
