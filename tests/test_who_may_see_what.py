"""Every address has a declared policy, and keeps it for every kind of person, by GET and by POST.

An address that this table does not know fails the test: whoever adds one says who may see it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from contracts import services as contracts
from inquiries.models import Attachment
from licensing.models import Application, MoveRequest
from licensing.services import publish_revocations
from supportdesk.accounts.models import User
from supportdesk.outbox.models import Mail
from supportdesk.signing import keyring
from tests.accounts.doors import staff_client
from tests.builders import a_contact, a_renewal_request, a_staff_member
from tests.clock import set_desk_clock
from tests.contracts.people import an_invitation, token_in
from tests.inquiries.desk import Form, a_covered_contact, a_file, signed_in
from tests.licensing import builders as licences

type Outcome = Literal["seen", "door", "refused", "gone"]

ANYBODY = {"anonymous", "customer", "colleague", "stranger", "staff by password", "staff"}
FIRM = {"customer", "colleague"}
CUSTOMERS = FIRM | {"stranger"}
OF_STAFF = {"staff by password", "staff"}


@dataclass(frozen=True, kw_only=True)
class Policy:
    """Who sees the page, and what the others are told instead."""

    seen: set[str]
    gone: set[str] = field(default_factory=set)
    methods: tuple[str, ...] = ("get", "post")
    # Those who may come in can be asked once more who they are, or have nothing there yet.
    asks_again: bool = False

    def outcome(self, person: str) -> set[Outcome]:
        if person in self.seen:
            return {"seen", "door", "gone"} if self.asks_again else {"seen"}
        if person in self.gone:
            return {"gone"}
        return {"door"} if person == "anonymous" else {"refused", "door", "gone"}


OPEN = Policy(seen=ANYBODY)
CUSTOMERS_ONLY = Policy(seen=CUSTOMERS)
ONE_FIRMS = Policy(seen=FIRM, gone={"stranger"})
ONE_PERSONS = Policy(seen={"customer"}, gone={"colleague", "stranger"})
# The doors themselves: whoever comes is shown the door or led on, never somebody's data.
DOOR = Policy(seen=ANYBODY)
OWN_FACTORS = Policy(seen=OF_STAFF, gone=CUSTOMERS, asks_again=True)

POLICIES: dict[str, Policy] = {
    "home": OPEN,
    "calendar": OPEN,
    "calendar_feed": OPEN,
    "terms": OPEN,
    "terms_version": OPEN,
    "verify": OPEN,
    "public_keys": OPEN,
    "revocations": OPEN,
    "verifier_source": OPEN,
    "status": OPEN,
    "health": OPEN,
    "ready": OPEN,
    "set_language": OPEN,
    "account_request_login_code": DOOR,
    "account_confirm_login_code": DOOR,
    "account_logout": DOOR,
    "account_inactive": DOOR,
    "account_login": DOOR,
    "mfa_authenticate": DOOR,
    "account_reauthenticate": DOOR,
    "mfa_reauthenticate": DOOR,
    "mfa_reauthenticate_webauthn": DOOR,
    "mfa_index": OWN_FACTORS,
    "mfa_activate_totp": OWN_FACTORS,
    "mfa_deactivate_totp": OWN_FACTORS,
    "mfa_view_recovery_codes": OWN_FACTORS,
    "mfa_generate_recovery_codes": OWN_FACTORS,
    "mfa_list_webauthn": OWN_FACTORS,
    "mfa_add_webauthn": OWN_FACTORS,
    "mfa_remove_webauthn": OWN_FACTORS,
    "mfa_edit_webauthn": OWN_FACTORS,
    "contracts:list": CUSTOMERS_ONLY,
    "contracts:detail": ONE_FIRMS,
    "contracts:renew": ONE_FIRMS,
    "contracts:nonrenewal": ONE_FIRMS,
    "contracts:undo_nonrenewal": Policy(seen=FIRM, gone={"stranger"}, methods=("post",)),
    "contracts:renewal": ONE_FIRMS,
    "contracts:renewal_withdraw": ONE_FIRMS,
    "contracts:certificate": Policy(seen=FIRM, gone={"stranger"}, methods=("get",)),
    "contracts:certificates": Policy(seen=FIRM, gone={"stranger"}, methods=("get",)),
    "contracts:people": CUSTOMERS_ONLY,
    "contracts:invite": CUSTOMERS_ONLY,
    "contracts:roles": ONE_FIRMS,
    "contracts:leave": ONE_FIRMS,
    "contracts:invite_again": ONE_FIRMS,
    "contracts:take_back": ONE_FIRMS,
    "contracts:profile": CUSTOMERS_ONLY,
    # Whoever holds the link has read the mailbox.
    "contracts:invitation": OPEN,
    "contracts:mailbox": OPEN,
    "contracts:mailbox_done": OPEN,
    "inquiries:list": CUSTOMERS_ONLY,
    "inquiries:new": CUSTOMERS_ONLY,
    # A form sent here carries its own token, as to inquiries:new.
    "inquiries:edit": Policy(seen={"customer"}, gone={"colleague", "stranger"}, methods=("get",)),
    "inquiries:confirm": ONE_PERSONS,
    "inquiries:upload": ONE_PERSONS,
    "inquiries:countdown": CUSTOMERS_ONLY,
    "inquiries:promise": CUSTOMERS_ONLY,
    "inquiries:file": Policy(seen=FIRM | {"staff"}, gone={"stranger", "anonymous"}),
    "inquiries:thread": ONE_FIRMS,
    "inquiries:done": ONE_PERSONS,
    "inquiries:close": ONE_FIRMS,
    "inquiries:withdraw": ONE_FIRMS,
    "licensing:list": CUSTOMERS_ONLY,
    "licensing:apply": CUSTOMERS_ONLY,
    "licensing:promise": CUSTOMERS_ONLY,
    # Drafts of applications live in the session: another's token is an empty form.
    "licensing:enter": CUSTOMERS_ONLY,
    "licensing:confirm": CUSTOMERS_ONLY,
    "licensing:countdown": CUSTOMERS_ONLY,
    "licensing:application": ONE_FIRMS,
    "licensing:done": ONE_FIRMS,
    "licensing:withdraw": ONE_FIRMS,
    "licensing:stop": ONE_FIRMS,
    "licensing:license": ONE_FIRMS,
    # The text itself: tests/licensing/test_key_display.py.
    "licensing:key": ONE_FIRMS,
    "licensing:correct": ONE_FIRMS,
    "licensing:correct_confirm": ONE_FIRMS,
    "licensing:provisional": ONE_FIRMS,
    # For those who cannot sign in: the same words for everybody; a link is of one customer.
    "licensing:request": OPEN,
    "licensing:request_taken": OPEN,
    "licensing:request_finish": Policy(seen=FIRM, gone={"stranger"}, methods=("get",)),
}

CORRECTING = ("correct", "correct_confirm", "provisional")


def addresses(
    patterns: list[URLPattern | URLResolver], space: str = "", route: str = ""
) -> Iterator[tuple[str, URLPattern]]:
    """Every address with its full name; the admin's have none of ours and are told apart."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from addresses(pattern.url_patterns, inner, route + str(pattern.pattern))
        else:
            yield f"{space}{pattern.name or route + str(pattern.pattern)}", pattern


OURS = dict(addresses(get_resolver().url_patterns))


def test_every_address_has_a_policy() -> None:
    undeclared = [name for name in OURS if not name.startswith("admin:") and name not in POLICIES]
    assert not undeclared
    assert not [name for name in POLICIES if name not in OURS]


@dataclass
class World:
    """Two firms, their people, and one of everything that belongs to the first."""

    arguments: dict[str, list[Any]]
    clients: dict[str, Callable[[], Client]]


@pytest.fixture
def world(db: None, settings: Any, tmp_path: Any) -> World:
    settings.MEDIA_ROOT = tmp_path / "media"
    now = set_desk_clock("2026-11-20 16:00")
    customer, contract = a_covered_contact()
    form = Form(signed_in(customer.user), contract)
    sent = form.through(attachments=a_file())
    unsent = Form(signed_in(customer.user), contract)
    unsent.type()
    application = licences.send(
        licences.wanted(licences.a_license(customer)), "2026-11-20 17:05", applicant=customer
    )
    assert isinstance(application, Application)
    passed_on = MoveRequest.objects.create(
        token=uuid4(),
        state=MoveRequest.State.PASSED_ON,
        customer=customer.customer,
        received_at=application.sent_at,
        expires_at=application.sent_at + timedelta(days=1),
    )
    staff = a_staff_member()
    User.objects.filter(pk=staff.pk).update(is_superuser=True)
    file = Attachment.objects.get(message__inquiry=sent)
    settings.SIGNING_KEY_DIR = str(tmp_path / "private")
    settings.SIGNING_PUBLIC_KEYS = str(tmp_path / "public.json")
    keyring.generate("2026a")
    contracts.sign_certificates(now=application.sent_at)
    paper = contract.orders.get().certificates.get()
    renewal = a_renewal_request(contract, customer)
    invited = an_invitation(customer)
    colleague, stranger = a_contact(customer.customer).user, a_contact().user
    by_password = a_staff_member()
    # The desk is at work: its lists are fresh, and nothing that it mails is late.
    publish_revocations(now=now)
    Mail.objects.update(due_at=now)
    return World(
        arguments=_arguments(contract.number, sent.number, application.number)
        | {f"inquiries:{name}": [unsent.token] for name in ("edit", "confirm", "upload")}
        | {"inquiries:file": [file.pk]}
        | {f"contracts:{name}": [renewal.number] for name in ("renewal", "renewal_withdraw")}
        | {f"contracts:{name}": [customer.pk] for name in ("roles", "leave")}
        | {f"contracts:{name}": [invited.pk] for name in ("invite_again", "take_back")}
        | {"contracts:certificate": [contract.number, paper.number]}
        | {"contracts:invitation": [token_in(invited)]}
        | {
            "licensing:license": [application.license.number],
            "licensing:stop": [application.number],
            "licensing:request_finish": [passed_on.token],
        }
        | {f"licensing:{name}": [application.number] for name in CORRECTING}
        | {"licensing:key": [application.license.keys.get().serial]},
        clients={
            "anonymous": Client,
            "customer": lambda: signed_in(customer.user),
            "colleague": lambda: signed_in(colleague),
            "stranger": lambda: signed_in(stranger),
            "staff by password": lambda: signed_in(by_password),
            "staff": lambda: staff_client(staff),
        },
    )


def _arguments(contract: str, inquiry: str, application: str) -> dict[str, list[Any]]:
    return {
        "terms_version": ["2026年4月1日版"],
        "mfa_remove_webauthn": [1],
        "mfa_edit_webauthn": [1],
        "contracts:detail": [contract],
        "contracts:certificates": [contract],
        **{f"contracts:{name}": [contract] for name in ("renew", "nonrenewal", "undo_nonrenewal")},
        **{f"inquiries:{name}": [inquiry] for name in ("thread", "done", "close", "withdraw")},
        **{f"licensing:{name}": [application] for name in ("application", "done", "withdraw")},
        **{f"licensing:{name}": [uuid4()] for name in ("enter", "confirm", "countdown")},
    }


def judged(response: Any) -> Outcome:
    if response.status_code == 404:
        return "gone"
    if response.status_code == 403:
        return "refused"
    goal = response.headers.get("Location", "") or response.headers.get("HX-Redirect", "")
    if goal.startswith(("/sign-in/", "/staff-sign-in/", "/staff/login/")):
        return "door"
    return "seen"


def answers(client: Client, method: str, address: str) -> Any:
    response = getattr(client, method)(address)
    assert response.status_code < 500, (method, address, response.status_code)
    return response


@pytest.mark.parametrize("person", sorted(ANYBODY))
def test_the_portal_keeps_its_policies(world: World, person: str) -> None:
    broken = []
    for name, policy in POLICIES.items():
        if policy is DOOR:
            continue
        address = reverse(name, args=world.arguments.get(name))
        for method in policy.methods:
            # Somebody new each time: what one request did must not help or hinder the next.
            response = answers(world.clients[person](), method, address)
            if response.status_code == 405:  # asked in the wrong way, told nothing
                continue
            if judged(response) not in policy.outcome(person):
                broken.append(f"{method} {address} ({name}): {judged(response)}")
    assert not broken


def test_the_staffs_side_is_shut_to_everybody_else(world: World) -> None:
    opened = [
        f"{person}: {method} {address}"
        for person in ("anonymous", "customer", "staff by password")
        for client in [world.clients[person]()]
        for address in staff_addresses()
        for method in ("get", "post")
        if judged(answers(client, method, address)) == "seen"
    ]
    assert not opened


def test_the_staffs_side_opens_to_staff(world: World) -> None:
    client = world.clients["staff"]()
    shut = [
        address
        for address in staff_addresses()
        if judged(answers(client, "get", address)) == "door"
    ]
    assert not shut


def staff_addresses() -> list[str]:
    """One of each; a number that does not exist must not open what a real one would not."""
    found = [
        reverse(name, kwargs={group: _stand_in(pattern, group) for group in _groups(pattern)})
        for name, pattern in OURS.items()
        if name.startswith("admin:") and pattern.name is not None
    ]
    return [address for address in found if "logout" not in address and "jsi18n" not in address]


def _groups(pattern: URLPattern) -> list[str]:
    return list(pattern.pattern.regex.groupindex)


def _stand_in(pattern: URLPattern, group: str) -> Any:
    if group == "app_label":
        return "contracts"
    if group == "url":  # the admin's last resort, for whatever address is none
        return "nothing/"
    converter = type(getattr(pattern.pattern, "converters", {}).get(group)).__name__
    return {"UUIDConverter": uuid4(), "IntConverter": 1, "SlugConverter": "x"}.get(converter, "1")
