"""Certificates (3-4): issued once for each period, corrected only by a new one."""

from datetime import date, datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from contracts.models import Certificate, Contract, Order
from contracts.services.errors import RefusedError
from contracts.services.holding import hold
from supportdesk import clock
from supportdesk.accounts.models import User
from supportdesk.business_calendar.models import TermsVersion
from supportdesk.numbering import next_number_of_year
from supportdesk.presenting.language import in_the_desks_language


def replace_certificate(
    certificate: Certificate,
    *,
    starts_on: date,
    ends_on: date,
    reason: str,
    by: User | None,
    now: datetime,
) -> Certificate:
    """Issue a certificate with other dates in place of `certificate`; its dates govern (3-4).

    Advance coverage from the purchase day (3-1) stays. Raises RefusedError where it was replaced
    or its order withdrawn before, the dates are reversed, or they meet another period.
    """
    if ends_on < starts_on:
        raise RefusedError(_("期間の終わりには、期間の始まり以降の日付を入力してください。"))
    if not reason.strip():
        raise RefusedError(_("差し替えの理由を入力してください。"))
    try:
        with transaction.atomic(durable=True):
            hold(certificate.order.contract_id)
            order = Order.objects.get(pk=certificate.order_id)
            if order.withdrawn_at or order.certificate != certificate:
                raise RefusedError(_("この証書は、すでに差し替えられたか、取り下げられています。"))
            _govern(order, starts_on, ends_on)
            return issue_certificate(
                order, on=clock.today(now), by=by, replaces=certificate, reason=reason
            )
    except IntegrityError as error:
        raise RefusedError(
            _("この契約のほかの期間と重なります。期間を確認してください。")
        ) from error


def _govern(order: Order, starts_on: date, ends_on: date) -> None:
    in_advance = order.entitled_from < order.starts_on
    order.entitled_from = min(order.entitled_from, starts_on) if in_advance else starts_on
    order.starts_on, order.ends_on = starts_on, ends_on
    order.save(update_fields=["entitled_from", "starts_on", "ends_on"])


def issue_certificate(
    order: Order,
    *,
    on: date,
    by: User | None,
    replaces: Certificate | None = None,
    reason: str = "",
    number: str = "",
    announce: bool = True,
) -> Certificate:
    """A certificate of the order's governing period, in the caller's transaction (3-4).

    All that it prints is kept as it is now; the issuer signs it within seconds. `number` and
    `announce=False` are for those that the customer has had for long: they are not mailed.
    """
    contract = Contract.objects.select_related("customer", "product").get(pk=order.contract_id)
    return Certificate.objects.create(
        number=number or next_number_of_year("certificate", on),
        order=order,
        issued_on=on,
        entitled_from=order.entitled_from,
        starts_on=order.starts_on,
        ends_on=order.ends_on,
        customer_name=contract.customer.name,
        product_code=contract.product.code,
        product_name=contract.product.name,
        support_name=contract.product.sold_as(order.kind),
        quantity=contract.quantity,
        contract_number=contract.number,
        site=contract.site,
        kind=order.kind,
        support_service_number=contract.support_service_number,
        printed=printed_on(on),
        replaces=replaces,
        reason=reason,
        issued_by=by,
        announce=announce,
    )


@in_the_desks_language
def printed_on(on: date) -> dict[str, str]:
    """Who issues, desk, hours and terms in the words of the Tokyo date `on`, for a certificate."""
    terms = TermsVersion.objects.in_force(on).first()
    return {
        "issuer": settings.ISSUER_NAME,
        "issuer_address": settings.ISSUER_ADDRESS,
        "desk": _("年間サポートデスク"),
        "desk_url": settings.SITE_URL,
        "hours": _("9:00〜12:00、13:00〜17:30（土日・祝日・当社休業日を除く）"),
        "terms": f"{terms.title} {terms.number}" if terms else "",
    }
