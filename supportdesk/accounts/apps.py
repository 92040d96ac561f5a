from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps


class AccountsConfig(AppConfig):
    name = "supportdesk.accounts"
    label = "accounts"
    verbose_name = "利用者"
    default = True


class DeskAdminConfig(admin_apps.AdminConfig):
    """`admin.site` is the site behind our gate, for every app that registers with it."""

    default = False
    default_site = "supportdesk.accounts.site.DeskAdminSite"
