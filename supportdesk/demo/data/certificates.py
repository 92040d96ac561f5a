"""Certificates: signed on the day of each order, and two that were corrected lately (3-4)."""

from datetime import datetime, timedelta

from contracts.models import Certificate, Contract, Order
from contracts.services import replace_certificate, sign_certificates
from supportdesk.accounts.models import User
from supportdesk.demo.data.story import Story
from supportdesk.demo.people import OTHER_STAFF

LATELY = timedelta(days=14)


def sign_certificate(order: Order, moment: datetime, *, now: datetime) -> None:
    """Sign it as the issuer did then; only those of late are among the caught mails."""
    if now - moment > LATELY:
        Certificate.objects.filter(order=order).update(announce=False)
    sign_certificates(now=moment)


def tell_certificates(story: Story) -> None:
    story.add(story.moment(3, "11:20"), _correct_a_quantity)
    story.add(story.moment(2, "10:40"), _lengthen_a_period)


def _correct_a_quantity(now: datetime) -> None:
    """The paper said one, three were sold: same days, another certificate."""
    Contract.objects.filter(number="S-10483").update(quantity=3)
    old = _in_force("S-10483")
    _replace(old, ends_later=0, reason="数量の誤記を訂正（1 → 3）", now=now)


def _lengthen_a_period(now: datetime) -> None:
    """The certificate wins over what the terms compute."""
    reason = "導入作業の遅れに伴い、期間を15日延長（営業部 承認済み）"
    _replace(_in_force("S-10655"), ends_later=15, reason=reason, now=now)


def _in_force(contract: str) -> Certificate:
    order = Order.objects.standing().filter(contract__number=contract).latest("starts_on")
    certificate = order.certificate
    assert certificate is not None  # noqa: S101  every order of this story has one
    return certificate


def _replace(old: Certificate, *, ends_later: int, reason: str, now: datetime) -> None:
    replace_certificate(
        old,
        starts_on=old.starts_on,
        ends_on=old.ends_on + timedelta(days=ends_later),
        reason=reason,
        by=User.objects.get(email=OTHER_STAFF.email),
        now=now,
    )
