"""訂正 and 暫定キー at the pages: shown before it is done, nothing lost, never a 500."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from contracts.models import Contact
from licensing import services
from licensing.domain import host_code
from licensing.models import Application
from tests.builders import a_contact, a_staff_member
from tests.clock import set_desk_clock, tokyo
from tests.licensing.builders import a_code, a_license, an_application
from tests.licensing.test_returning import a_returned_application
from tests.licensing.visitor import errors_of, fill_in, send_from, shown_on, signed_in, typed
from tests.signing.keys import a_key_ring

pytestmark = pytest.mark.django_db


def said(application: Application, **changed: Any) -> dict[str, Any]:
    """The correction form as it comes, but for what is `changed`."""
    from licensing.forms import CorrectionForm

    return {**CorrectionForm.typed(application), **changed}


def visit(application: Application) -> tuple[Client, str]:
    return signed_in(application.applicant), f"/license/{application.number}/correct/"


def test_what_changes_is_shown_beside_what_was_and_then_done() -> None:
    application = an_application("2026-11-20 17:05")
    client, page = visit(application)
    set_desk_clock("2026-11-21 10:00")
    code = a_code()

    assert client.get(page).status_code == 200
    confirm = fill_in(client, said(application, new_host_code=code), at=page)
    shown = client.get(confirm).content.decode()
    assert host_code.display(code) in shown
    assert application.shown_new_host_code in shown
    assert "お約束は変わりません" in shown
    assert send_from(client, confirm).status_code == 302

    application.refresh_from_db()
    assert application.new_host_code == code
    assert client.get(f"/license/{application.number}/").status_code == 200


def test_a_clock_that_starts_anew_is_shown_first() -> None:
    application = an_application("2026-11-20 16:50")
    client, page = visit(application)
    set_desk_clock("2026-11-20 17:10")

    confirm = fill_in(client, said(application, new_host_code=a_code()), at=page)
    shown = client.get(confirm).content.decode()

    assert "キーの発行の日時が変わります" in shown
    assert "11月24日(火)" in shown


def test_the_cut_off_passing_on_the_confirmation_shows_it_again() -> None:
    application = an_application("2026-11-20 16:50")
    client, page = visit(application)
    set_desk_clock("2026-11-20 16:59")
    confirm = fill_in(client, said(application, new_host_code=a_code()), at=page)

    answer = send_from(client, confirm, at="2026-11-20 17:00:01")

    assert answer.status_code == 409
    assert "キーの発行の日時が変わります" in answer.content.decode()
    application.refresh_from_db()
    assert not application.attempts.exists()


def test_nothing_changed_and_the_old_servers_code_are_said_at_once() -> None:
    application = an_application("2026-11-20 17:05")
    client, page = visit(application)
    set_desk_clock("2026-11-21 10:00")
    old = application.license.current_key
    assert old is not None

    assert errors_of(client.post(page, said(application)))["__all__"]
    assert errors_of(client.post(page, said(application, new_host_code=old.host_code))).keys() == {
        "new_host_code"
    }


def test_it_is_corrected_from_the_page_where_it_came_back() -> None:
    application = a_returned_application()
    client, page = visit(application)
    set_desk_clock("2026-11-24 10:00")

    assert "ホストコードをお確かめください" in client.get(page).content.decode()
    assert page in client.get(f"/license/{application.number}/").content.decode()
    confirm = fill_in(client, said(application, new_host_code=a_code()), at=page)
    assert send_from(client, confirm).status_code == 302

    application.refresh_from_db()
    assert application.state == Application.State.ACCEPTED


def test_a_code_mistyped_in_an_issued_key_is_put_right_once(tmp_path: Path) -> None:
    application = an_application("2026-11-20 16:00")
    with a_key_ring(tmp_path):
        services.issue_due(now=tokyo("2026-11-20 16:00"))
    client, page = visit(application)
    set_desk_clock("2026-11-21 10:00")
    typed_again = {"new_server_name": "aoba-app02", "new_host_code": a_code(), "note": ""}

    same = client.post(page, {**typed_again, "new_host_code": application.new_host_code})
    assert "new_host_code" in errors_of(same)
    confirm = fill_in(client, typed_again, at=page)
    shown = shown_on(client, confirm)
    first = client.post(confirm, {"shown": shown})
    client.post(page, typed_again)
    second = client.post(confirm, {"shown": shown})

    assert Application.objects.filter(kind="correction").count() == 1
    assert first["Location"] == second["Location"]


def test_too_late_is_said_with_the_way_on(tmp_path: Path) -> None:
    application = an_application("2026-11-20 16:00")
    with a_key_ring(tmp_path):
        services.issue_due(now=tokyo("2026-11-20 16:00"))
    client, page = visit(application)
    set_desk_clock("2026-11-28 10:00")

    answer = client.get(page)

    assert answer.status_code == 409
    assert "あらためて申請" in answer.content.decode()


# --- The form itself ----------------------------------------------------------------


@pytest.fixture
def contact() -> Contact:
    set_desk_clock("2026-11-20 10:00")
    return a_contact()


def test_the_old_servers_code_under_a_new_name_is_caught_at_the_field(contact: Contact) -> None:
    license_ = a_license(contact)
    key = license_.current_key
    assert key is not None
    client = signed_in(contact)
    at = client.get("/license/apply/")["Location"]

    answer = client.post(at, typed(license_, new_host_code=key.shown_host_code))

    assert "aoba-app01" in errors_of(answer)["new_host_code"][0]


def test_without_the_declaration_nothing_goes_on(contact: Contact) -> None:
    license_ = a_license(contact)
    client = signed_in(contact)
    at = client.get("/license/apply/")["Location"]

    assert "declaration" in errors_of(client.post(at, typed(license_, declaration="")))


def test_what_was_declared_is_kept_in_its_words(contact: Contact) -> None:
    client = signed_in(contact)
    confirm = fill_in(
        client, typed(a_license(contact), new_os="Ｗｉｎｄｏｗｓ\tServer 2025", new_network="DMZ")
    )
    send_from(client, confirm)

    application = Application.objects.get()
    assert "60日以内" in application.declaration
    assert (application.new_os, application.new_network) == ("Windows Server 2025", "DMZ")


# --- The provisional key ------------------------------------------------------------


def test_on_the_confirmation_it_needs_its_reason(contact: Contact) -> None:
    client = signed_in(contact)
    set_desk_clock("2026-11-21 23:30")
    confirm = fill_in(client, typed(a_license(contact)))
    shown = shown_on(client, confirm)

    unsaid = client.post(confirm, {"shown": shown, "wants_provisional": "on"})
    assert unsaid.status_code == 200
    assert "provisional_reason" in unsaid.context["bridging"].errors
    assert not Application.objects.exists()

    sent = {"shown": shown, "wants_provisional": "on", "provisional_reason": "日曜に切り替え"}
    assert client.post(confirm, sent).status_code == 302
    application = Application.objects.get()
    assert application.provisional_reason == "日曜に切り替え"
    assert application.provisional_due_at is not None


def test_within_hours_none_is_offered(contact: Contact) -> None:
    client = signed_in(contact)
    confirm = fill_in(client, typed(a_license(contact)))

    assert "暫定キー" not in client.get(confirm).content.decode()


def test_it_is_asked_for_on_the_page_as_long_as_it_is_offered(contact: Contact) -> None:
    application = an_application("2026-11-21 10:00", contact)
    client, page = signed_in(contact), f"/license/{application.number}/provisional/"
    set_desk_clock("2026-11-21 10:05")

    assert page in client.get(f"/license/{application.number}/").content.decode()
    assert "reason" in errors_of(client.post(page, {"reason": " \u200b"}))
    assert client.post(page, {"reason": "急ぎ"}).status_code == 302
    application.refresh_from_db()
    assert application.provisional_reason == "急ぎ"

    services.switch_provisional(
        offered=False, note="点検", by=a_staff_member(), now=tokyo("2026-11-21 10:06")
    )
    assert client.get(page).status_code == 302
    assert page not in client.get(f"/license/{application.number}/").content.decode()
