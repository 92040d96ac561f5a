"""What a certificate is worth on a day, for whoever has its number: nothing of the customer."""

from dataclasses import dataclass
from datetime import date

from contracts.domain.certificates import StandingState, standing_state
from contracts.models import Certificate


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """A certificate of ours on a Tokyo date. `replaced_by` is a number, empty where none is.

    `signed_text` is the text of its own signature, empty until the issuer has signed it: whoever
    shows a text with this number has the genuine one only if the two say the same.
    """

    number: str
    state: StandingState
    replaced_by: str
    product_code: str
    product_name: str
    quantity: int
    kind: str
    entitled_from: date
    starts_on: date
    ends_on: date
    issued_on: date
    signed_text: str


def standing_of(number: str, on: date) -> Standing | None:
    """The standing of the certificate with this number on the Tokyo date `on` (3-4).

    None where there is no such certificate.
    """
    rows = Certificate.objects.select_related("order", "replaced_by")
    certificate = rows.filter(number=number.strip()).first()
    if certificate is None:
        return None
    replacement = certificate.replacement
    return Standing(
        number=certificate.number,
        state=state_on(certificate, on),
        replaced_by=replacement.number if replacement else "",
        product_code=certificate.product_code,
        product_name=certificate.product_name,
        quantity=certificate.quantity,
        kind=certificate.kind,
        entitled_from=certificate.entitled_from,
        starts_on=certificate.starts_on,
        ends_on=certificate.ends_on,
        issued_on=certificate.issued_on,
        signed_text=certificate.signed_text,
    )


def state_on(certificate: Certificate, on: date) -> StandingState:
    """The same for a certificate at hand, with its order and its replacement read."""
    return standing_state(
        entitled_from=certificate.entitled_from,
        ends_on=certificate.ends_on,
        replaced=certificate.replacement is not None,
        withdrawn=certificate.order.withdrawn_at is not None,
        on=on,
    )
