"""What a certificate says inside its signature, and what it is worth on a day (3-4)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, Self

DOCUMENT_TYPE = "support-certificate"

type StandingState = Literal["in_force", "not_begun", "expired", "replaced", "withdrawn"]


@dataclass(frozen=True, kw_only=True, slots=True)
class CertificateFields:
    """One certificate as it is signed. All dates are Tokyo dates, inclusive.

    `product` is the product's code; `entitled_from` lies before `starts_on` only where the first
    year covers from the purchase day (3-1). Who the customer is does not stand here: whoever scans
    the code learns what is covered and until when, and nothing else.
    """

    number: str
    issued_on: date
    kind: str
    product: str
    quantity: int
    contract: str
    entitled_from: date
    starts_on: date
    ends_on: date
    replaces: str = ""

    def as_document(self) -> dict[str, str | int]:
        """The flat document to be signed; what does not apply is left out."""
        document: dict[str, str | int] = {
            "type": DOCUMENT_TYPE,
            "number": self.number,
            "issued": self.issued_on.isoformat(),
            "kind": self.kind,
            "product": self.product,
            "quantity": self.quantity,
            "contract": self.contract,
            "from": self.starts_on.isoformat(),
            "until": self.ends_on.isoformat(),
        }
        if self.entitled_from != self.starts_on:
            document["entitled-from"] = self.entitled_from.isoformat()
        if self.replaces:
            document["replaces"] = self.replaces
        return document

    @classmethod
    def from_document(cls, document: Mapping[str, str | int]) -> Self:
        """Read back a verified document. Raises KeyError or ValueError for any other."""
        if document["type"] != DOCUMENT_TYPE:
            raise ValueError("not a support certificate")
        return cls(
            number=str(document["number"]),
            issued_on=date.fromisoformat(str(document["issued"])),
            kind=str(document["kind"]),
            product=str(document["product"]),
            quantity=int(document["quantity"]),
            contract=str(document["contract"]),
            entitled_from=date.fromisoformat(str(document.get("entitled-from", document["from"]))),
            starts_on=date.fromisoformat(str(document["from"])),
            ends_on=date.fromisoformat(str(document["until"])),
            replaces=str(document.get("replaces", "")),
        )


def standing_state(
    *, entitled_from: date, ends_on: date, replaced: bool, withdrawn: bool, on: date
) -> StandingState:
    """Decide what a certificate is worth on the Tokyo date `on` (3-4).

    A withdrawn order or a newer certificate ends it for every day; otherwise its own dates decide,
    both inclusive, advance days of 3-1 included.
    """
    if withdrawn:
        return "withdrawn"
    if replaced:
        return "replaced"
    if on < entitled_from:
        return "not_begun"
    return "expired" if on > ends_on else "in_force"
