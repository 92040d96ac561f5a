"""Licences, keys and applications for a story; everything else from tests.builders."""

from datetime import date
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from contracts.models import Contact, Contract
from licensing import services
from licensing.domain import host_code
from licensing.domain.admission import Server
from licensing.domain.change import Shown
from licensing.models import Application, Key, License
from licensing.services import Preview, Wanted
from supportdesk.business_calendar.models import TermsVersion
from tests.builders import a_contact, a_contract, a_period
from tests.clock import tokyo

_serial = count(1)

OLD_CODE = host_code.with_check("7F3A91C20B6ED54")
NEW_CODE = host_code.with_check("91C20B6ED547F3A")


def the_terms() -> TermsVersion:
    terms, _made = TermsVersion.objects.get_or_create(
        number="2026年4月1日版",
        defaults={"title": "年間サポート約款", "in_force_from": date(2020, 4, 1)},
    )
    return terms


def a_code() -> str:
    """A host code of a machine that no other story knows."""
    return host_code.with_check(f"{next(_serial):015d}")


def a_license(
    contact: Contact | None = None,
    *,
    contract: Contract | None = None,
    covered: bool = True,
    server: str | None = "aoba-app01",
    code: str | None = None,
) -> License:
    """A licence of the contact's customer, covered over all of 2026, with a key for `server`."""
    the_terms()
    if contract is None:
        contract = a_contract((contact or a_contact()).customer)
        if covered:
            a_period(contract, accepted_on="2025-12-15")
    license_ = License.objects.create(
        contract=contract, number=f"L-{next(_serial):05d}", label="本社サーバー", quantity=100
    )
    if server:
        Key.objects.create(
            license=license_,
            klass=Key.Class.FOREIGN,
            issue_number=1,
            serial=f"{license_.number}-01",
            server_name=server,
            host_code=code or a_code(),
            issued_at=tokyo("2025-12-01 10:00"),
        )
    return license_


def wanted(
    license_: License, *, name: str = "aoba-app02", code: str | None = None, **other: Any
) -> Wanted:
    """What a customer asks for who moves from aoba-app01 to a new machine, but for `other`."""
    fields: dict[str, Any] = {
        "old_server_name": "aoba-app01",
        "reason": "replacement",
        "note": "",
        "planned_on": date(2026, 12, 5),
    }
    return Wanted(
        license=License.objects.get(pk=license_.pk),  # the key in force is read anew
        new=Server(name=name, host_code=code or a_code()),
        **(fields | other),
    )


def rewritten(application: Application, *, code: str = "", **other: Any) -> Wanted:
    """What the application says, but for its host code or what is `other`."""
    fields: dict[str, Any] = {
        "old_server_name": application.old_server_name,
        "os": application.new_os,
        "network": application.new_network,
        "reason": application.reason,
        "note": application.note,
        "planned_on": application.planned_on,
        "wants_overlap": application.wants_overlap,
        "declaration": application.declaration,
        "corrects": application.corrects,
    }
    name = other.pop("name", application.new_server_name)
    return Wanted(
        license=License.objects.get(pk=application.license_id),
        new=Server(name=name, host_code=code or application.new_host_code),
        **(fields | other),
    )


def shown_at(wish: Wanted, wall: str) -> Shown:
    """What the confirmation showed at that Tokyo time."""
    preview: Preview = services.preview(wish, now=tokyo(wall))
    return preview.shown


def send(
    wish: Wanted,
    wall: str,
    *,
    applicant: Contact | None = None,
    token: UUID | None = None,
    shown: Shown | None = None,
    provisional: str = "",
) -> Application:
    """Send at that Tokyo time, by a contact of the licence's customer unless said otherwise."""
    applicant = applicant or wish.license.contract.customer.contacts.get()
    return services.send_application(
        wish,
        applicant=applicant,
        token=token or uuid4(),
        shown=shown,
        now=tokyo(wall),
        provisional_reason=provisional,
    )


def an_application(wall: str = "2026-11-20 16:55", contact: Contact | None = None) -> Application:
    """Sent at that Tokyo time, covered, and therefore accepted at once."""
    return send(wanted(a_license(contact)), wall)


def a_held_application(wall: str = "2026-11-20 16:55") -> Application:
    """Held, because the contract is not covered."""
    return send(wanted(a_license(covered=False)), wall)
