"""The words for the ways by which a request reaches the desk: `choices` of every such field."""

from django.utils.translation import gettext_lazy as _

from contracts.domain.channels import Channel

CHANNELS = [
    (Channel.WEB.value, _("Web フォーム")),
    (Channel.FAX.value, _("FAX")),
    (Channel.LETTER.value, _("郵便")),
    (Channel.SALES.value, _("営業担当")),
    (Channel.TELEPHONE.value, _("電話")),
]
# What staff choose from when they enter something in a customer's name.
STAFF_CHANNELS = CHANNELS[1:]
