"""Mails as the tests put them."""

from itertools import count
from typing import Any

from supportdesk import clock
from supportdesk.outbox import services
from supportdesk.outbox.models import Mail

_numbers = count(1)


def put_mail(**overrides: Any) -> Mail:
    """A mail that is due now, unless told otherwise."""
    now = clock.now()
    given: dict[str, Any] = {
        "kind": "answer",
        "subject_key": f"inquiry:{next(_numbers)}",
        "recipient": "yamada@customer.example",
        "subject": "お問い合わせへの回答",
        "body": "お問い合わせの件、次のとおり回答いたします。\n",
        "due_at": now,
        "now": now,
    }
    return services.put(**(given | overrides))


def rested() -> None:
    """Let every back-off be over."""
    Mail.objects.update(retry_at=None)
    services.resume()


def state(mail: Mail) -> str:
    return str(Mail.objects.values_list("state", flat=True).get(pk=mail.pk))
