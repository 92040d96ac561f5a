"""A product may show host codes of a form of its own: told, read, shown, mailed and signed."""

from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.checks import Error
from django.test import Client

from contracts.models import Contact
from licensing import host_codes, services
from licensing.models import Application, License
from supportdesk.outbox.models import Mail
from supportdesk.signing import keyring
from supportdesk.signing.verifier import verify
from tests.builders import a_contact, a_contract, a_product
from tests.clock import set_desk_clock, tokyo
from tests.licensing.builders import a_license
from tests.licensing.moves import everything_in, signed_text
from tests.licensing.visitor import errors_of, fill_in, send_from, signed_in, start, typed
from tests.signing.keys import a_key_ring

pytestmark = pytest.mark.django_db
FORM = "tests.licensing.short_codes"


@pytest.fixture
def contact() -> Contact:
    set_desk_clock("2026-11-20 10:00")
    return a_contact()


@pytest.fixture
def license_(contact: Contact, settings: Any) -> License:
    license_ = a_license(contact, code="OLD0012345")
    settings.LICENSE_HOST_CODES = {license_.contract.product.code: FORM}
    return license_


def test_the_form_tells_what_the_code_looks_like(contact: Contact, license_: License) -> None:
    page = signed_in(contact).get("/license/apply/", follow=True).content.decode()

    assert "英数字 10文字" in page
    assert "4文字ずつ4つ" not in page
    assert "OLD00/12345" in page  # the key in force, as its product shows it


def test_with_several_products_each_is_told(contact: Contact, license_: License) -> None:
    a_license(contract=a_contract(contact.customer, a_product("desknet's NEO")))

    page = signed_in(contact).get("/license/apply/", follow=True).content.decode()

    product = license_.contract.product.name
    assert f"{product}　英数字 10文字" in page
    assert "ほかの製品　4文字ずつ4つのコード" in page


def test_a_code_that_is_none_is_refused_in_the_products_words(
    contact: Contact, license_: License
) -> None:
    client = signed_in(contact)

    answer = client.post(start(client), typed(license_, new_host_code="7F3A-91C2-0B6E-D541"))

    said = errors_of(answer)["new_host_code"][0]
    assert "英数字 10文字" in said
    assert "AB12C/34DE5" in said


def test_it_is_shown_mailed_and_signed_in_the_products_form(
    contact: Contact, license_: License, tmp_path: Path
) -> None:
    client = signed_in(contact)
    confirm = fill_in(client, typed(license_, new_host_code="new99 / 54321"))
    assert "NEW99/54321" in client.get(confirm).content.decode()
    send_from(client, confirm)
    with a_key_ring(tmp_path):
        services.issue_due(now=tokyo("2026-11-20 10:00"))
        application = Application.objects.get()
        key = application.keys.get()

        assert "NEW99/54321" in client.get(f"/license/{application.number}/").content.decode()
        mail = Mail.objects.get(kind="license_key")
        assert "NEW99/54321" in everything_in(mail)
        on, ring = date(2026, 11, 20), keyring.public_keys().keys
        judged = verify(
            signed_text(key), ring, document_type="license-key", on=on, host="NEW9954321"
        )
        assert judged.code == "ok"

        told = Client().post("/verify/", {"text": signed_text(key), "host": "new99/54321"})
        assert "一致しました" in told.content.decode()
        wrong = Client().post("/verify/", {"text": signed_text(key), "host": "7F3A"})
        assert "英数字 10文字" in errors_of(wrong)["host"][0]


def test_a_correction_shows_it_in_the_products_form(contact: Contact, license_: License) -> None:
    client = signed_in(contact)
    set_desk_clock("2026-11-20 17:05")
    send_from(client, fill_in(client, typed(license_, new_host_code="NEW99/54321")))
    at = f"/license/{Application.objects.get().number}/correct/"

    page = client.get(at)
    assert "英数字 10文字" in page.content.decode()
    confirm = fill_in(
        client, {**page.context["form"].initial, "new_host_code": "NEW9954322"}, at=at
    )

    shown = client.get(confirm).content.decode()
    assert "NEW99/54321" in shown
    assert "NEW99/54322" in shown


# --- A form that does not fit is refused at the start -------------------------------


def a_form(**other: Any) -> Any:
    from tests.licensing import short_codes

    parts = {
        name: getattr(short_codes, name) for name in ("HINT", "EXAMPLE", "normalise", "display")
    }
    return SimpleNamespace(**(parts | other))


@pytest.mark.parametrize(
    ("form", "fault"),
    [
        (a_form(HINT=" "), "HINT tells customers nothing"),
        (a_form(EXAMPLE="AB"), "is no form of host code"),
        (a_form(normalise=None), "is no form of host code"),
        (a_form(normalise=lambda typed: typed.lower()), "leaves as it is"),
        (a_form(normalise=lambda typed: "AB12C34DEO"), "leaves as it is"),
        (a_form(normalise=lambda typed: "A" * 65), "1 to 64 characters"),
        (a_form(display=lambda code: code[:9] + "X"), "not read as the same code"),
    ],
)
def test_a_form_that_does_not_fit_is_refused_at_the_start(
    monkeypatch: pytest.MonkeyPatch, settings: Any, form: Any, fault: str
) -> None:
    settings.LICENSE_HOST_CODES = {"dneo": "products.form"}
    monkeypatch.setattr(host_codes, "_load", lambda name: form)

    found = host_codes.forms_fit()

    assert any(fault in error.msg for error in found), found
    assert all(isinstance(error, Error) and error.id == "licensing.E001" for error in found)


def test_a_module_that_is_not_there_is_refused_and_a_good_one_is_not(settings: Any) -> None:
    settings.LICENSE_HOST_CODES = {"dneo": "no.such.module"}
    assert [error.id for error in host_codes.forms_fit()] == ["licensing.E001"]

    settings.LICENSE_HOST_CODES = {"dneo": FORM}
    assert host_codes.forms_fit() == []
