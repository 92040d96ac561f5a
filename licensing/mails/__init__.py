"""What customers and staff are told of an application, and the one mail with the key in it."""

from licensing.mails.again import again_key, send_key_again
from licensing.mails.applications import (
    acknowledge,
    ask_staff,
    tell_accepted,
    tell_refused,
    tell_withdrawn,
)
from licensing.mails.keys import send_key, tell_failure
from licensing.mails.revocation import tell_revoked
from licensing.mails.stops import remind_of_stop

__all__ = [
    "acknowledge",
    "again_key",
    "ask_staff",
    "remind_of_stop",
    "send_key",
    "send_key_again",
    "tell_accepted",
    "tell_failure",
    "tell_refused",
    "tell_revoked",
    "tell_withdrawn",
]
