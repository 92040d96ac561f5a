"""A certificate is never altered: a correction is a new one, and its dates govern (3-4)."""

from datetime import date

import pytest

from contracts.services import RefusedError, coverage_of, preview_order, replace_certificate
from tests.builders import a_contract, a_period
from tests.clock import tokyo

pytestmark = pytest.mark.django_db

NOW = tokyo("2026-11-20 16:55")


def test_the_dates_of_the_new_certificate_govern_and_the_computed_ones_are_kept() -> None:
    order = a_period(accepted_on="2025-11-10")
    old = order.certificate
    assert old
    new = replace_certificate(
        old,
        starts_on=date(2025, 12, 1),
        ends_on=date(2026, 12, 15),
        reason="営業部の合意",
        by=None,
        now=NOW,
    )
    order.refresh_from_db()
    old.refresh_from_db()
    assert (order.certificate, new.replaces) == (new, old)
    assert (order.ends_on, old.ends_on) == (date(2026, 12, 15), date(2026, 11, 30))
    assert order.decided.ends_on == date(2026, 11, 30)
    assert coverage_of(order.contract, date(2026, 12, 15)).covered


def test_what_follows_a_mid_month_expiry_follows_it_literally() -> None:
    order = a_period(accepted_on="2025-11-10")
    assert order.certificate
    replace_certificate(
        order.certificate,
        starts_on=date(2025, 12, 1),
        ends_on=date(2026, 12, 15),
        reason="営業部の合意",
        by=None,
        now=NOW,
    )
    assert preview_order(order.contract, accepted_on=date(2026, 12, 15)).starts_on == date(
        2026, 12, 16
    )


def test_advance_coverage_from_the_purchase_day_stays_3_1() -> None:
    order = a_period(accepted_on="2025-11-10", purchased_on="2025-11-05")
    assert order.certificate
    replace_certificate(
        order.certificate,
        starts_on=date(2025, 12, 16),
        ends_on=date(2026, 12, 15),
        reason="営業部の合意",
        by=None,
        now=NOW,
    )
    order.refresh_from_db()
    assert order.entitled_from == date(2025, 11, 5)


def test_a_certificate_cannot_reach_into_another_period() -> None:
    contract = a_contract()
    first = a_period(contract, accepted_on="2024-11-10").certificate
    a_period(contract, accepted_on="2025-11-10")
    assert first
    with pytest.raises(RefusedError, match="重なります"):
        replace_certificate(
            first,
            starts_on=date(2024, 12, 1),
            ends_on=date(2025, 12, 1),
            reason="営業部の合意",
            by=None,
            now=NOW,
        )


def test_a_certificate_is_replaced_once() -> None:
    certificate = a_period(accepted_on="2025-11-10").certificate
    assert certificate

    def replace() -> None:
        replace_certificate(
            certificate,
            starts_on=certificate.starts_on,
            ends_on=date(2026, 12, 31),
            reason="営業部の合意",
            by=None,
            now=NOW,
        )

    replace()
    with pytest.raises(RefusedError, match="すでに"):
        replace()
