"""What customers and staff are told of an application, and the one mail with the key in it."""

from licensing.mails.applications import (
    acknowledge,
    ask_staff,
    tell_accepted,
    tell_refused,
    tell_withdrawn,
)
from licensing.mails.keys import send_key, tell_failure

__all__ = [
    "acknowledge",
    "ask_staff",
    "send_key",
    "tell_accepted",
    "tell_failure",
    "tell_refused",
    "tell_withdrawn",
]
