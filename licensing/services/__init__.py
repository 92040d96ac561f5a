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
from licensing.services.issuing import issue_due
from licensing.services.reading import HomeRow, home_rows

__all__ = [
    "AlreadyOpenError",
    "HomeRow",
    "OutcomeChangedError",
    "Preview",
    "StateChangedError",
    "TokenReusedError",
    "Wanted",
    "accept_held",
    "home_rows",
    "issue_due",
    "preview",
    "refuse",
    "send_application",
    "withdraw",
]
