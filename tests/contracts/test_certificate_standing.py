"""What a certificate is worth on a day: its own dates, a correction, a withdrawn order (3-4)."""

from datetime import date

import pytest

from contracts import services
from tests.builders import a_period
from tests.contracts.certificates import NOW, a_replacement, certificate_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("on", "state"),
    [
        (date(2025, 11, 4), "not_begun"),
        (date(2025, 11, 5), "in_force"),  # 3-1: from the purchase day
        (date(2025, 12, 1), "in_force"),
        (date(2026, 11, 30), "in_force"),
        (date(2026, 12, 1), "expired"),
    ],
)
def test_its_standing_follows_the_day_3_4(on: date, state: str) -> None:
    order = a_period(accepted_on="2025-11-10", purchased_on="2025-11-05")
    number = certificate_of(order).number
    standing = services.standing_of(f" {number} ", on)
    assert standing
    assert (standing.number, standing.state, standing.replaced_by) == (number, state, "")


def test_a_correction_wins_whatever_the_day_and_names_the_new_one_3_4() -> None:
    old = certificate_of(a_period(accepted_on="2025-11-10"))
    new = a_replacement(old)
    before, after = (services.standing_of(one.number, date(2026, 12, 10)) for one in (old, new))
    assert before
    assert after
    assert (before.state, before.replaced_by) == ("replaced", new.number)
    assert (after.state, after.ends_on) == ("in_force", date(2026, 12, 15))


def test_a_withdrawn_orders_certificate_counts_for_nothing() -> None:
    order = a_period(accepted_on="2025-11-10")
    services.withdraw_order(order, reason="お客さまの都合", by=None, now=NOW)
    standing = services.standing_of(certificate_of(order).number, date(2026, 1, 1))
    assert standing
    assert standing.state == "withdrawn"


def test_a_number_that_is_none_of_ours_has_no_standing() -> None:
    assert services.standing_of("2026-123456", date(2026, 1, 1)) is None
