"""What customers and staff are told of an application, and the one mail with the key in it."""

from licensing.mails.again import again_key, send_key_again
from licensing.mails.applications import (
    acknowledge,
    ask_staff,
    tell_accepted,
    tell_refused,
    tell_withdrawn,
)
from licensing.mails.changes import tell_corrected, tell_returned
from licensing.mails.keys import (
    send_key,
    send_key_anew,
    send_overlap_key,
    send_provisional_key,
    tell_failure,
)
from licensing.mails.requests import pass_on
from licensing.mails.revocation import tell_revoked
from licensing.mails.stops import remind_of_stop

__all__ = [
    "acknowledge",
    "again_key",
    "ask_staff",
    "pass_on",
    "remind_of_stop",
    "send_key",
    "send_key_again",
    "send_key_anew",
    "send_overlap_key",
    "send_provisional_key",
    "tell_accepted",
    "tell_corrected",
    "tell_failure",
    "tell_refused",
    "tell_returned",
    "tell_revoked",
    "tell_withdrawn",
]
