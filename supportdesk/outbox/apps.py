from django.apps import AppConfig
from django.core import checks


class OutboxConfig(AppConfig):
    name = "supportdesk.outbox"
    label = "outbox"
    verbose_name = "メールの送信"

    def ready(self) -> None:
        from supportdesk.outbox.checks import keys_encrypt, relay_is_named, sizes_are_sizes

        for check in (keys_encrypt, relay_is_named, sizes_are_sizes):
            checks.register(check)
