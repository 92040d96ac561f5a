"""Every change of an inquiry, and the questions that pages and the home page ask of all of them."""

from inquiries.services.answering import (
    Approval,
    ReleaseMovedError,
    TooLateError,
    approve,
    choices_for,
    open_first_reply,
    save_answer_draft,
    send_scheduled_now,
    withdraw_answer,
)
from inquiries.services.drafts import (
    NotYoursError,
    discard_abandoned,
    discard_draft,
    latest_draft,
    save_draft,
)
from inquiries.services.files import (
    TooManyFilesError,
    attach,
    detach,
    path_of,
    sweep_orphans,
)
from inquiries.services.handling import (
    accept,
    add_memo,
    assign,
    can_close,
    can_withdraw,
    close,
    refuse,
    reply,
    withdraw,
)
from inquiries.services.home import HomeRow, home_rows
from inquiries.services.queue import Row, queue
from inquiries.services.recording import NotPossibleError, OutdatedError
from inquiries.services.sending import (
    AlreadySentError,
    Preview,
    ShowAgainError,
    hash_as_sent,
    preview,
    send,
    sent_before,
)

__all__ = [
    "AlreadySentError",
    "Approval",
    "HomeRow",
    "NotPossibleError",
    "NotYoursError",
    "OutdatedError",
    "Preview",
    "ReleaseMovedError",
    "Row",
    "ShowAgainError",
    "TooLateError",
    "TooManyFilesError",
    "accept",
    "add_memo",
    "approve",
    "assign",
    "attach",
    "can_close",
    "can_withdraw",
    "choices_for",
    "close",
    "detach",
    "discard_abandoned",
    "discard_draft",
    "hash_as_sent",
    "home_rows",
    "latest_draft",
    "open_first_reply",
    "path_of",
    "preview",
    "queue",
    "refuse",
    "reply",
    "save_answer_draft",
    "save_draft",
    "send",
    "send_scheduled_now",
    "sent_before",
    "sweep_orphans",
    "withdraw",
    "withdraw_answer",
]
