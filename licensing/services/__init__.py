"""What changes licences, keys and applications. `now` is an aware instant."""

from licensing.services.applying import (
    AlreadyOpenError,
    OutcomeChangedError,
    TokenReusedError,
    TooLateToCorrectError,
    send_application,
)
from licensing.services.correcting import (
    Correction,
    NothingChangedError,
    correct,
    preview_correction,
)
from licensing.services.deciding import StateChangedError, accept_held, refuse, withdraw
from licensing.services.displaying import (
    NotShownError,
    display_key,
    may_open,
    not_shown_because,
)
from licensing.services.issuing import issue_due
from licensing.services.planning import MoveKeys, MoveNumber, keys_of, move_number, move_of
from licensing.services.previewing import Preview, Wanted, may_correct_issued, preview
from licensing.services.providing import accept_with_certificate_to_follow, held_for_coverage_only
from licensing.services.provisional import (
    NotOfferedError,
    are_offered,
    ask_provisional,
    is_offered,
    offered_until,
    provisional_until_of,
    switch_provisional,
)
from licensing.services.reading import HomeRow, home_rows
from licensing.services.requesting import answer_requests, take_request
from licensing.services.resending import NobodyToSendToError, recipients_of, resend_key
from licensing.services.resigning import (
    NotWithdrawnError,
    Withdrawn,
    order_resigning,
    sign_anew,
    withdrawn_keys,
    withdrawn_kids,
)
from licensing.services.returning import (
    coverage_kept_until,
    preview_again,
    return_to_customer,
    send_again,
)
from licensing.services.revocation import ListStanding, list_standing, publish_revocations
from licensing.services.revoking import AlreadyRevokedError, revoke_key
from licensing.services.sealed import WrongSecretError, prove_sealing
from licensing.services.standing import KeyStanding, key_standing, standing_of
from licensing.services.stopping import (
    NothingToReportError,
    StopDateError,
    remind_of_stops,
    replaced_key,
    report_stop,
    stop_of,
    stop_reported,
)

__all__ = [
    "AlreadyOpenError",
    "AlreadyRevokedError",
    "Correction",
    "HomeRow",
    "KeyStanding",
    "ListStanding",
    "MoveKeys",
    "MoveNumber",
    "NobodyToSendToError",
    "NotOfferedError",
    "NotShownError",
    "NotWithdrawnError",
    "NothingChangedError",
    "NothingToReportError",
    "OutcomeChangedError",
    "Preview",
    "StateChangedError",
    "StopDateError",
    "TokenReusedError",
    "TooLateToCorrectError",
    "Wanted",
    "Withdrawn",
    "WrongSecretError",
    "accept_held",
    "accept_with_certificate_to_follow",
    "answer_requests",
    "are_offered",
    "ask_provisional",
    "correct",
    "coverage_kept_until",
    "display_key",
    "held_for_coverage_only",
    "home_rows",
    "is_offered",
    "issue_due",
    "key_standing",
    "keys_of",
    "list_standing",
    "may_correct_issued",
    "may_open",
    "move_number",
    "move_of",
    "not_shown_because",
    "offered_until",
    "order_resigning",
    "preview",
    "preview_again",
    "preview_correction",
    "prove_sealing",
    "provisional_until_of",
    "publish_revocations",
    "recipients_of",
    "refuse",
    "remind_of_stops",
    "replaced_key",
    "report_stop",
    "resend_key",
    "return_to_customer",
    "revoke_key",
    "send_again",
    "send_application",
    "sign_anew",
    "standing_of",
    "stop_of",
    "stop_reported",
    "switch_provisional",
    "take_request",
    "withdraw",
    "withdrawn_keys",
    "withdrawn_kids",
]
