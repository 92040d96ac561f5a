"""What changes licences, keys and applications. `now` is an aware instant."""

from licensing.services.applying import (
    AlreadyOpenError,
    OutcomeChangedError,
    Preview,
    TokenReusedError,
    Wanted,
    preview,
    send_application,
)
from licensing.services.deciding import StateChangedError, accept_held, refuse, withdraw
from licensing.services.displaying import (
    NotShownError,
    display_key,
    may_open,
    not_shown_because,
)
from licensing.services.issuing import issue_due
from licensing.services.reading import HomeRow, home_rows
from licensing.services.resending import NobodyToSendToError, recipients_of, resend_key
from licensing.services.revocation import ListStanding, list_standing, publish_revocations
from licensing.services.revoking import AlreadyRevokedError, revoke_key
from licensing.services.standing import KeyStanding, key_standing, standing_of
from licensing.services.stopping import (
    NothingToReportError,
    StopDateError,
    remind_of_stops,
    replaced_key,
    report_stop,
    stop_reported,
)

__all__ = [
    "AlreadyOpenError",
    "AlreadyRevokedError",
    "HomeRow",
    "KeyStanding",
    "ListStanding",
    "NobodyToSendToError",
    "NotShownError",
    "NothingToReportError",
    "OutcomeChangedError",
    "Preview",
    "StateChangedError",
    "StopDateError",
    "TokenReusedError",
    "Wanted",
    "accept_held",
    "display_key",
    "home_rows",
    "issue_due",
    "key_standing",
    "list_standing",
    "may_open",
    "not_shown_because",
    "preview",
    "publish_revocations",
    "recipients_of",
    "refuse",
    "remind_of_stops",
    "replaced_key",
    "report_stop",
    "resend_key",
    "revoke_key",
    "send_application",
    "standing_of",
    "stop_reported",
    "withdraw",
]
