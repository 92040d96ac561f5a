"""Journeys of a licence: a dead server, what came back, Saturday night, one move too many."""

import re
from collections.abc import Callable

from playwright.sync_api import expect

from licensing import services
from licensing.domain.admission import Server
from licensing.domain.host_code import with_check
from licensing.models import Application, License
from licensing.services import Wanted
from tests.builders import a_staff_member
from tests.clock import set_desk_clock, tokyo
from tests.journeys.desk import Desk, wait_for
from tests.journeys.test_reissue import KEY_MAIL, a_licensed_contact, confirm, fill_in, send
from tests.journeys.visitor import Visitor
from tests.licensing.builders import send as send_application
from tests.licensing.builders import the_terms

CODE = with_check("000000000000002")
REASON = "日曜の朝に本番を切り替えるため"


def signed_in(visitors: Callable[..., Visitor]) -> tuple[Visitor, str]:
    the_terms()
    email = a_licensed_contact().user.email
    visitor = visitors()
    visitor.sign_in_by_code(email)
    return visitor, email


def state_is(state: str) -> Callable[[], Application | None]:
    return lambda: Application.objects.filter(state=state).first()


def test_a_dead_server_gets_its_key_at_once_and_the_old_one_ends(
    desk: Desk, visitors: Callable[..., Visitor]
) -> None:
    set_desk_clock("2026-11-20 10:00", ticking=True)
    visitor, email = signed_in(visitors)
    page = fill_in(visitor, "aoba-dn02", CODE)
    page.get_by_text("サーバーの故障").click()
    confirm(page)
    expect(page.locator("main")).to_contain_text("発行と同時に失効します")
    visitor.looks_right()
    send(page)
    mail = desk.mail_to(email, KEY_MAIL)
    assert "並行稼働なし" in mail.text


def test_what_came_back_is_put_right_and_promised_anew(
    desk: Desk, visitors: Callable[..., Visitor]
) -> None:
    set_desk_clock("2026-11-20 10:00", ticking=True)
    visitor, email = signed_in(visitors)
    license_ = License.objects.get()
    key = license_.current_key
    assert key is not None
    wish = Wanted(
        license=license_,
        old_server_name=key.server_name,
        new=Server(name=key.server_name, host_code=key.host_code),
        reason="replacement",
        note="",
        planned_on=None,
    )
    held = send_application(wish, "2026-11-20 09:30")
    services.return_to_customer(
        held,
        by=a_staff_member(),
        missing="新しいサーバーのホストコードをご確認ください",
        now=tokyo("2026-11-20 09:45"),
    )
    desk.mail_to(email, "訂正をお願いします")

    page = visitor.go(f"/license/{held.number}/")
    expect(page.locator("main")).to_contain_text("新しいサーバーのホストコードをご確認ください")
    page.get_by_role("link", name="訂正して送り直す").first.click()
    page.get_by_label("新しいサーバー名").fill("aoba-dn02")
    page.get_by_label("新しいホストコード").fill(CODE)
    visitor.looks_right()
    confirm(page)
    visitor.looks_right()
    page.get_by_role("button", name="この内容で送り直す").click()
    expect(page.locator("main")).to_contain_text("訂正を受け付けました")
    desk.mail_to(email, KEY_MAIL)
    assert wait_for(state_is("issued"), "the key of what came back")


def test_on_saturday_night_a_provisional_key_comes_at_once(
    desk: Desk, visitors: Callable[..., Visitor]
) -> None:
    set_desk_clock("2026-11-21 23:30", ticking=True)
    visitor, email = signed_in(visitors)
    page = confirm(fill_in(visitor, "aoba-dn02", CODE))
    page.get_by_label("暫定キーをすぐに受け取る").check()
    page.get_by_role("button", name="この内容で送信する").click()
    expect(page.locator("main")).to_contain_text("暫定キーが必要な理由を入力してください")
    page.get_by_label("暫定キーが必要な理由").fill(REASON)
    visitor.looks_right()
    send(page)
    mail = desk.mail_to(email, "暫定キー")
    assert re.search(r"11月30日\(月\)", mail.text)  # the support period ends there
    # It is no promise kept: the regular key comes on Tuesday and takes its place.
    set_desk_clock("2026-11-24 09:00")
    desk.mail_to(email, KEY_MAIL)


def test_one_move_too_many_is_told_before_it_is_sent(
    desk: Desk, visitors: Callable[..., Visitor]
) -> None:
    set_desk_clock("2026-11-20 10:00", ticking=True)
    visitor, email = signed_in(visitors)
    license_ = License.objects.get()
    for number, day in enumerate(("06-01", "07-01", "08-03", "09-01")):
        wish = Wanted(
            license=License.objects.get(pk=license_.pk),
            old_server_name="aoba-dn01",
            new=Server(name=f"aoba-m{number}", host_code=with_check(f"00000000000010{number}")),
            reason="replacement",
            note="",
            planned_on=None,
        )
        moved = send_application(wish, f"2026-{day} 10:00")
        issued = Application.objects.filter(pk=moved.pk, state="issued")
        wait_for(issued.all().first, "an earlier move's key")
        Application.objects.filter(pk=moved.pk).update(issued_at=tokyo(f"2026-{day} 10:00"))

    page = confirm(fill_in(visitor, "aoba-dn02", CODE))
    expect(page.locator("main")).to_contain_text("6か月のあいだに 4回まで")
    expect(page.locator("main")).to_contain_text("12月1日(火)から数え直します")
    visitor.looks_right()
    page.get_by_role("button", name="この内容で確認を依頼する").click()
    page.wait_for_url("**/done/")
    desk.mail_to(email, "確認しています")
