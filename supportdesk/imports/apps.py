from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "supportdesk.imports"
    label = "imports"
    verbose_name = "取り込みと書き出し"
