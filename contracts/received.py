"""Who entered what a customer sent by another way than the web: one wording on pages and mails."""

from django.utils.translation import gettext as _

from contracts.domain.channels import Channel
from contracts.models.channels import CHANNELS
from supportdesk.accounts.models import User


def channel_words(channel: str) -> str:
    return str(dict(CHANNELS)[channel])


def received_words(channel: str, entered_by: User | None) -> str:
    """FAX で受け付け、担当 中村が入力; empty for what the customer sent on the web."""
    if channel == Channel.WEB or entered_by is None:
        return ""
    return _("%(channel)s で受け付け、担当 %(name)sが入力") % {
        "channel": channel_words(channel),
        "name": entered_by.name,
    }
