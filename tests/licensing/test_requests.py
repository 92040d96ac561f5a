"""Who cannot sign in: the same words whatever the numbers are, the answer to contacts only."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from contracts.models import Certificate
from licensing import services
from licensing.models import Application, License, MoveRequest
from supportdesk.outbox.models import Mail
from tests.builders import a_contact
from tests.clock import set_desk_clock, tokyo
from tests.licensing.builders import a_code, a_license
from tests.licensing.test_sending import text_of
from tests.licensing.visitor import send_from, signed_in

pytestmark = pytest.mark.django_db
REQUEST = "/license/request/"
NOW = tokyo("2026-11-20 10:00")


@pytest.fixture(autouse=True)
def _at_ten() -> None:
    cache.clear()  # whom the rate limits remember
    set_desk_clock("2026-11-20 10:00")


def a_known_license() -> License:
    """Covered, and its contract has a support service number."""
    license_ = a_license()
    license_.contract.support_service_number = "SS-40037"
    license_.contract.save()
    return license_


def numbers(license_: License) -> tuple[str, str]:
    order = license_.contract.orders.get()
    return Certificate.objects.get(order=order).number, "SS-40037"


def form(certificate: str, service: str, **other: Any) -> dict[str, Any]:
    return {
        "certificate_number": certificate,
        "service_number": service,
        "reason": "failure",
        "new_server_name": "aoba-app02",
        "new_host_code": a_code(),
        **other,
    }


def asked(license_: License, client: Client | None = None) -> MoveRequest:
    (client or Client()).post(REQUEST, form(*numbers(license_)))
    return MoveRequest.objects.latest("pk")


def test_the_same_words_and_the_same_row_whatever_they_are() -> None:
    license_ = a_known_license()
    certificate, service = numbers(license_)

    answers = [
        Client().post(REQUEST, form(*typed), follow=True)
        for typed in [(certificate, service), (certificate, "SS-1"), ("2020-000001", service)]
    ]

    pages = [_without_tokens(answer.content.decode()) for answer in answers]
    assert pages[0].splitlines() == pages[1].splitlines() == pages[2].splitlines()
    assert {tuple(answer.redirect_chain) for answer in answers} == {
        (("/license/request/taken/", 302),)
    }
    # Nothing was compared yet, so nothing could take longer.
    assert set(MoveRequest.objects.values_list("state", flat=True)) == {"received"}
    assert not Mail.objects.exists()


def _without_tokens(page: str) -> str:
    """What differs each time any page is asked for: the tokens of its forms and scripts."""
    return re.sub(r'(name="csrfmiddlewaretoken" value|nonce)="[\w-]+"', "", page)


@pytest.mark.parametrize("wrong", [("2026-999999", "SS-40037"), (None, "SS-1"), (None, "")])
def test_wrong_numbers_reach_nobody_and_are_forgotten(wrong: tuple[str | None, str]) -> None:
    license_ = a_known_license()
    certificate = wrong[0] or numbers(license_)[0]
    services.take_request(
        certificate_number=certificate, service_number=wrong[1], typed={"a": "b"}, now=NOW
    )

    assert services.answer_requests(now=NOW) == 1
    assert services.answer_requests(now=NOW) == 0

    request = MoveRequest.objects.get()
    assert request.state == MoveRequest.State.UNKNOWN
    assert (request.certificate_number, request.service_number, request.typed) == ("", "", {})
    assert not Mail.objects.exists()


def test_right_ones_reach_the_registered_contacts_without_a_word_of_the_visitor() -> None:
    license_ = a_known_license()
    customer = license_.contract.customer
    customer.contacts.update(is_technical=True)
    renewal = a_contact(customer, "更新")
    renewal.is_contract = renewal.is_technical = False
    renewal.save()
    Client().post(REQUEST, form(*numbers(license_), new_server_name="evil-visit-example.com"))

    services.answer_requests(now=NOW)

    (mail,) = Mail.objects.all()
    assert mail.recipient == customer.contacts.exclude(pk=renewal.pk).get().email
    assert "evil" not in text_of(mail)
    assert f"/license/request/{MoveRequest.objects.get().token}/" in text_of(mail)
    assert not Application.objects.exists()


def test_a_thousand_requests_reach_a_customer_once_a_day() -> None:
    license_ = a_known_license()
    certificate, service = numbers(license_)
    for minute in range(30):
        services.take_request(
            certificate_number=certificate,
            service_number=service,
            typed={},
            now=NOW + timedelta(minutes=minute),
        )
    services.answer_requests(now=NOW)

    assert Mail.objects.count() == 1
    services.take_request(
        certificate_number=certificate,
        service_number=service,
        typed={},
        now=NOW + timedelta(days=1, hours=1),
    )
    services.answer_requests(now=NOW + timedelta(days=1, hours=1))
    assert Mail.objects.count() == 2


def test_the_same_address_is_stopped_after_five_in_ten_minutes() -> None:
    codes = [Client().post(REQUEST, form(f"2026-{n:06d}", "SS-1")).status_code for n in range(7)]

    assert codes == [302] * 5 + [429] * 2
    assert MoveRequest.objects.count() == 5


def test_what_was_typed_stays_when_it_was_too_often() -> None:
    for _time in range(5):
        Client().post(REQUEST, form("2026-000001", "SS-1"))

    answer = Client().post(REQUEST, form("2026-000001", "SS-1", new_server_name="aoba-keep"))

    assert answer.status_code == 429
    assert "しばらく待ってから" in answer.content.decode()
    assert 'value="aoba-keep"' in answer.content.decode()


def test_nobody_uses_up_the_requests_of_a_certificates_owner(settings: Any) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 0
    for n in range(30):
        Client(REMOTE_ADDR=f"192.0.2.{n // 5}").post(REQUEST, form("2026-000001", "SS-1"))
    owner = Client(REMOTE_ADDR="198.51.100.7")

    assert owner.post(REQUEST, form("2026-000001", "SS-1")).status_code == 302


def test_all_of_them_together_meet_a_brake_however_many_addresses(settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"license_request_all": "3/h/key"}

    codes = [
        Client(REMOTE_ADDR=f"192.0.2.{n}").post(REQUEST, form(f"2026-{n:06d}", "SS-1")).status_code
        for n in range(5)
    ]

    assert codes == [302] * 3 + [429] * 2


def test_a_contact_finds_the_form_filled_in_and_sends_it() -> None:
    license_ = a_known_license()
    contact = license_.contract.customer.contacts.get()
    request = asked(license_)
    services.answer_requests(now=NOW)
    client = signed_in(contact)

    form_page = client.get(f"/license/request/{request.token}/", follow=True)
    typed = form_page.context["form"].initial
    assert typed["new_server_name"] == "aoba-app02"
    assert str(typed["license"]) == str(license_.pk)
    at = form_page.redirect_chain[-1][0]
    confirm = client.post(at, {**typed, "declaration": "on"})["Location"]
    assert send_from(client, confirm).status_code == 302

    request.refresh_from_db()
    application = Application.objects.get()
    assert request.application == application
    assert request.state == MoveRequest.State.FINISHED
    assert application.applicant == contact
    assert application.reason == "failure"


def test_a_stranger_finds_nothing_there() -> None:
    request = asked(a_known_license())
    services.answer_requests(now=NOW)

    assert signed_in(a_contact()).get(f"/license/request/{request.token}/").status_code == 404


def test_after_two_weeks_nothing_is_filled_in() -> None:
    license_ = a_known_license()
    request = asked(license_)
    services.answer_requests(now=NOW)
    set_desk_clock("2026-12-05 10:00")

    client = signed_in(license_.contract.customer.contacts.get())
    page = client.get(f"/license/request/{request.token}/", follow=True)

    assert not page.context["form"].initial.get("new_server_name")


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("２０２６－００４８１７", "2026-004817"),
        (" 2026ー004817 ", "2026-004817"),
        ("ss-40037", "SS-40037"),
    ],
)
def test_numbers_are_read_in_any_width(typed: str, read: str) -> None:
    Client().post(REQUEST, form(typed, "SS-1"))

    assert MoveRequest.objects.get().certificate_number == read


def test_what_is_missing_is_said_at_the_field_and_nothing_is_stored() -> None:
    response = Client().post(REQUEST, form("", "", new_server_name="localhost"))

    assert set(response.context["form"].errors) == {
        "certificate_number",
        "service_number",
        "new_server_name",
    }
    assert not MoveRequest.objects.exists()
