"""What a license key says: the fields inside the signature."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal, Self, cast

DOCUMENT_TYPE = "license-key"

type KeyClass = Literal["regular", "overlap", "provisional"]


@dataclass(frozen=True, kw_only=True, slots=True)
class KeyFields:
    """One key: which licence, for which server, from when.

    `issued_at` is an aware instant (whole seconds, written in UTC). `valid_from`,
    `valid_until` and `replaces_until` are Tokyo dates, inclusive; without an end
    the key is perpetual. `replaces` names the serial of the key that this one
    ends, `replaces_until` how long the product still tolerates it.
    """

    serial: str
    issue_number: int
    klass: KeyClass
    license_number: str
    certificate: str
    product: str
    quantity: int
    host_code: str
    server_name: str
    issued_at: datetime
    valid_from: date
    valid_until: date | None = None
    replaces: str = ""
    replaces_until: date | None = None

    def as_document(self) -> dict[str, str | int]:
        """The flat document to be signed; what does not apply is left out."""
        document: dict[str, str | int | None] = {
            "type": DOCUMENT_TYPE,
            "serial": self.serial,
            "issue": self.issue_number,
            "class": self.klass,
            "license": self.license_number,
            "certificate": self.certificate or None,
            "product": self.product,
            "quantity": self.quantity,
            "host": self.host_code,
            "server": self.server_name,
            "issued": self.issued_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "from": self.valid_from.isoformat(),
            "until": _iso(self.valid_until),
            "replaces": self.replaces or None,
            "replaces-until": _iso(self.replaces_until),
        }
        return {name: value for name, value in document.items() if value is not None}

    @classmethod
    def from_document(cls, document: Mapping[str, str | int]) -> Self:
        """Read back a verified document. Raises KeyError or ValueError for one that is no key."""
        if document["type"] != DOCUMENT_TYPE:
            raise ValueError("not a license key")
        return cls(
            serial=str(document["serial"]),
            issue_number=int(document["issue"]),
            klass=cast("KeyClass", document["class"]),
            license_number=str(document["license"]),
            certificate=str(document.get("certificate", "")),
            product=str(document["product"]),
            quantity=int(document["quantity"]),
            host_code=str(document["host"]),
            server_name=str(document["server"]),
            issued_at=datetime.fromisoformat(str(document["issued"])),
            valid_from=date.fromisoformat(str(document["from"])),
            valid_until=_date(document.get("until")),
            replaces=str(document.get("replaces", "")),
            replaces_until=_date(document.get("replaces-until")),
        )


def serial_of(license_number: str, issue_number: int) -> str:
    """A key's serial: the licence's number and which issue this is, 1 for its first."""
    return f"{license_number}-{issue_number:02d}"


def _iso(on: date | None) -> str | None:
    return on.isoformat() if on else None


def _date(written: str | int | None) -> date | None:
    return date.fromisoformat(str(written)) if written else None
