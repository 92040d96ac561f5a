"""An application by fax: staff enter it in the customer's name, with the same checks and clock."""

import re
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from contracts.models import Provision
from contracts.services import RefusedError
from licensing import services
from licensing.domain import host_code
from licensing.models import Application, License
from supportdesk.accounts.models import User
from supportdesk.outbox.message import body_of
from supportdesk.outbox.models import Mail
from tests.accounts.doors import staff_client
from tests.builders import a_contact, a_contract, a_customer, a_period, a_staff_member
from tests.clock import set_desk_clock, tokyo
from tests.licensing.builders import a_code, a_license, send, wanted
from tests.licensing.visitor import signed_in

pytestmark = pytest.mark.django_db

CHOOSE = "/staff/licensing/application/enter/"
MARK = "FAX で受け付け、担当 中村 健が入力"


@pytest.fixture(autouse=True)
def _friday() -> None:
    set_desk_clock("2026-11-20 15:00")


def words(response: Any) -> str:
    text = re.sub(r"<(script|style)\b.*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", "", text)).split())


class Desk:
    """A member of staff in front of the page, for one contact."""

    def __init__(self, license_: License | None = None) -> None:
        self.contact = a_contact()
        self.license = license_ or a_license(self.contact)
        self.staff = a_staff_member("中村 健")
        self.client = staff_client(self.staff)
        self.token, self.code = str(uuid4()), host_code.display(a_code())

    def send(self, action: str, **typed: Any) -> Any:
        said = {
            "token": self.token,
            "channel": "fax",
            "license": self.license.pk,
            "reason": "replacement",
            "new_server_name": "aoba-app02",
            "new_host_code": self.code,
            "new_os": "Windows Server 2025",
            "new_network": "社内 LAN",
            "planned_on": "2026/12/5",
            "declaration": "on",
            "action": action,
            **typed,
        }
        return self.client.post(f"{CHOOSE}{self.contact.pk}/", said)

    def shown(self, page: Any) -> str:
        found = re.search(r'name="shown" value="([^"]+)"', page.content.decode())
        assert found, words(page)
        return unescape(found[1])

    def enter(self) -> Application:
        shown = self.shown(self.send("preview"))
        saved = self.send("register", shown=shown)
        assert saved.status_code == 302, words(saved)
        return Application.objects.get()


def test_its_promise_is_shown_first_and_it_is_marked_everywhere() -> None:
    desk = Desk()
    assert "まだ登録されていません" in words(desk.send("preview"))
    assert not Application.objects.exists()
    application = desk.enter()
    assert (application.channel, application.entered_by) == ("fax", desk.staff)
    assert (application.applicant, application.state) == (desk.contact, "accepted")
    customer = signed_in(desk.contact)
    assert MARK in words(customer.get(reverse("licensing:application", args=[application.number])))
    change = f"/staff/licensing/application/{application.pk}/change/"
    assert MARK in words(desk.client.get(change))
    [mail] = Mail.objects.filter(kind="acknowledgement")
    assert MARK in body_of(mail)
    assert mail.recipient == desk.contact.email


def test_pressed_twice_it_is_one_with_one_mail() -> None:
    desk = Desk()
    shown = desk.shown(desk.send("preview"))
    assert [desk.send("register", shown=shown).status_code for _ in range(2)] == [302, 302]
    assert Application.objects.count() == 1
    assert Mail.objects.filter(kind="acknowledgement").count() == 1


def test_changed_after_the_preview_it_is_shown_again() -> None:
    desk = Desk()
    shown = desk.shown(desk.send("preview"))
    page = words(desk.send("register", shown=shown, new_server_name="aoba-app09"))
    assert "まだ登録されていません" in page
    assert not Application.objects.exists()


def test_another_firms_licence_cannot_be_chosen() -> None:
    others = a_license(a_contact(a_customer("株式会社みどり商会")))
    page = words(Desk().send("preview", license=others.pk))
    assert "一覧にあるライセンスを 1つ選んでください" in page


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"channel": ""}, "受付の方法を選んでください"),
        ({"new_host_code": "1234"}, "16文字"),
        ({"license": ""}, "ライセンスを 1つ選んでください"),
    ],
)
def test_bad_input_is_told_and_nothing_typed_is_lost(typed: dict[str, str], told: str) -> None:
    page = Desk().send("preview", **typed)
    assert told in words(page)
    assert "aoba-app02" in page.content.decode()
    assert not Application.objects.exists()


def test_those_who_only_look_cannot_enter_anything() -> None:
    looker = a_staff_member("閲覧 花子")
    User.objects.filter(pk=looker.pk).update(view_only=True)
    client = staff_client(User.objects.get(pk=looker.pk))
    assert client.get(CHOOSE).status_code == 403
    assert client.post(f"{CHOOSE}1/", {}).status_code == 403


def test_who_it_is_for_is_found() -> None:
    desk = Desk()
    page = desk.client.get(CHOOSE, {"q": desk.license.contract.number})
    assert f"{CHOOSE}{desk.contact.pk}/" in page.content.decode()


# --- 注文受付済み・証書は後日 ------------------------------------------------------------------


def a_held_application() -> Application:
    contact = a_contact()
    contract = a_period(a_contract(contact.customer), accepted_on="2024-09-10").contract
    return send(wanted(a_license(contact, contract=contract)), "2026-11-20 14:00")


def test_a_wrongly_expired_customer_gets_the_key_the_same_day() -> None:
    application = a_held_application()
    assert application.state == "held"
    staff = a_staff_member("中村 健")
    url = f"/staff/licensing/application/{application.pk}/provide/"
    client = staff_client(staff)
    assert "この申請を受理し" in words(client.get(url))
    answer = client.post(url, {"until": "2026-11-27", "reason": "注文書 PO-1182"}, follow=True)
    assert "受理し、お客さまにメールでお知らせしました。" in words(answer)
    application.refresh_from_db()
    assert (application.state, application.acceptance_note) == ("accepted", "注文書 PO-1182")
    assert application.promise
    assert application.promise.release_at == tokyo("2026-11-20 15:00")
    assert Provision.objects.get().granted_by == staff


def test_where_the_days_are_refused_nothing_is_accepted() -> None:
    application = a_held_application()
    with pytest.raises(RefusedError):
        services.accept_with_certificate_to_follow(
            application,
            until=tokyo("2027-11-20 00:00").date(),
            reason="注文書",
            by=a_staff_member(),
            now=tokyo("2026-11-20 15:00"),
        )
    application.refresh_from_db()
    assert application.state == "held"
    assert not Provision.objects.exists()


def test_what_something_else_holds_too_stays_held() -> None:
    contact = a_contact()
    contract = a_period(a_contract(contact.customer), accepted_on="2024-09-10").contract
    license_ = a_license(contact, contract=contract)
    elsewhere = a_license(a_contact(a_customer("株式会社みどり商会")), code=a_code())
    taken = elsewhere.keys.get().host_code
    application = send(wanted(license_, code=taken), "2026-11-20 14:00")
    assert not services.held_for_coverage_only(application)
    accepted = services.accept_with_certificate_to_follow(
        application,
        until=tokyo("2026-11-27 00:00").date(),
        reason="注文書",
        by=a_staff_member(),
        now=tokyo("2026-11-20 15:00"),
    )
    application.refresh_from_db()
    assert (accepted, application.state) == (False, "held")
    assert Provision.objects.count() == 1
