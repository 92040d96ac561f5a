"""Reminders on their days; a renewal that was accepted, one that waits, one nobody wants."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from uuid import uuid4

from contracts import services
from contracts.models import Contact, Contract, RenewalRequest
from supportdesk import clock
from supportdesk.accounts.models import User
from supportdesk.demo.data.story import Story
from supportdesk.demo.people import OTHER_STAFF

REMINDED_FOR = 44  # business days back

ACTS = (
    # A month before the end: ordered in the evening, accepted the next morning.
    (6, "18:20", "order", "S-10690", "注文書は郵送済みです。"),
    (5, "9:20", "accept", "S-10690", ""),
    # Asked for a correction of the quantity first.
    (9, "11:00", "order", "S-10660", ""),
    (9, "14:10", "decline", "S-10660", "数量の変更をうかがっています。見積書をお送りします。"),
    (4, "15:30", "give_up", "S-10655", "別の製品へ移行するため"),
    # In the gap, with an application for a key that staff hold for that reason.
    (0, "10:55", "order", "S-10677", "サーバーの故障のため、お急ぎで受け付けてください。"),
)


def tell_renewals(story: Story) -> None:
    for back in range(REMINDED_FOR + 1):
        story.add(story.moment(back, "09:01"), _remind)
    for back, wall, verb, contract, words in ACTS:
        moment = story.moment(back, wall.zfill(5))
        story.add(moment, partial(_VERBS[verb], contract, words))


def _remind(now: datetime) -> None:
    while services.send_reminders(now=now):
        pass


def _order(number: str, words: str, now: datetime) -> None:
    contract = Contract.objects.get(number=number)
    services.send_renewal_request(
        contract,
        contact=_orderer(contract),
        token=uuid4(),
        shown=services.preview_order(contract, accepted_on=clock.today(now)),
        customer_order_number=f"PO-{clock.today(now):%Y%m}-017",
        note=words,
        now=now,
    )


def _accept(number: str, words: str, now: datetime) -> None:
    request = _waiting(number)
    shown = services.preview_acceptance(request, accepted_on=clock.today(now))
    services.accept_renewal_request(
        request, shown=shown, decision_note=words or "確認済み", by=_clerk(), now=now
    )


def _decline(number: str, words: str, now: datetime) -> None:
    services.decline_renewal_request(_waiting(number), reason=words, by=_clerk(), now=now)


def _give_up(number: str, words: str, now: datetime) -> None:
    contract = Contract.objects.get(number=number)
    services.mark_not_renewing(contract, reason=words, by=_orderer(contract).user, now=now)


def _waiting(number: str) -> RenewalRequest:
    return RenewalRequest.objects.open().get(contract__number=number)


def _orderer(contract: Contract) -> Contact:
    return services.recipients_of(contract)[0]


def _clerk() -> User:
    return User.objects.get(email=OTHER_STAFF.email)


_VERBS: dict[str, Callable[[str, str, datetime], None]] = {
    "order": _order,
    "accept": _accept,
    "decline": _decline,
    "give_up": _give_up,
}
