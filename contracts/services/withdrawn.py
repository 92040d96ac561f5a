"""What was judged covered by a period whose order is withdrawn later: it stays, flagged."""

from collections.abc import Callable, Sequence

from django.conf import settings
from django.utils.module_loading import import_string

from contracts.domain.coverage import CoverageDecision
from contracts.models import Certificate, Order

# What an app accepted as covered by these orders, a line each, the newest first.
type WhatWasCovered = Callable[[Sequence[Order]], Sequence[str]]


def withdrawn_since(coverage: CoverageDecision) -> Order | None:
    """The withdrawn order on whose period this stored decision rests; None where it stands.

    The decision itself never changes: what is covered when sent is answered to its end.
    """
    if coverage.period is None or not coverage.period.certificate:
        return None
    certificate = (
        Certificate.objects.filter(number=coverage.period.certificate)
        .exclude(order__withdrawn_at=None)
        .select_related("order__withdrawn_by")
        .first()
    )
    return certificate.order if certificate else None


def certificates_of(orders: Sequence[Order]) -> list[str]:
    """Every number under which a decision of coverage can name these orders."""
    numbers = Certificate.objects.filter(order__in=[order.pk for order in orders])
    return list(numbers.values_list("number", flat=True))


def accepted_under(orders: Sequence[Order]) -> list[str]:
    """What the other apps accepted under these orders: it stays when they are withdrawn.

    The apps lie above this one, so they are found by the paths in the settings.
    """
    asked: list[WhatWasCovered] = [import_string(path) for path in settings.WHAT_WAS_COVERED]
    return [line for ask in asked for line in ask(orders)]
