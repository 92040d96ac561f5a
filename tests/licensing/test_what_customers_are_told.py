"""What the customer's pages say of a move is true, whole, and leads on."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.template import Context, Template
from django.test import Client

from contracts.models import Contact
from licensing import services
from licensing.models import Application
from tests.builders import a_contact, a_contract, a_product, a_staff_member
from tests.clock import desk_clock, set_desk_clock, tokyo
from tests.licensing.builders import (
    a_code,
    a_held_application,
    a_license,
    an_application,
    rewritten,
    send,
    wanted,
)
from tests.licensing.moves import an_issued_move
from tests.licensing.visitor import fill_in, send_from, shown_on, signed_in, start, typed
from tests.signing.keys import a_key_ring

pytestmark = pytest.mark.django_db


def page(application: Application, part: str = "") -> str:
    client = signed_in(application.applicant)
    return client.get(f"/license/{application.number}/{part}").content.decode()


def history(html: str) -> str:
    """The words of the history, without marks."""
    part = html[html.index("<h2>履歴</h2>") : html.index("<h2>申請の内容</h2>")]
    return re.sub(r"<[^>]+>", "", part)


# --- A code mistyped in an issued key -----------------------------------------------


@pytest.fixture
def corrected(tmp_path: Path) -> Application:
    """Issued at 16:00, its code put right at 16:10; the new key is issued too."""
    set_desk_clock("2026-11-20 16:10")
    first = an_issued_move(tmp_path / "one", "2026-11-20 16:00")
    client, at = signed_in(first.applicant), f"/license/{first.number}/correct/"
    again = {"new_server_name": "aoba-app02", "new_host_code": a_code(), "note": ""}
    send_from(client, fill_in(client, again, at=at))
    with a_key_ring(tmp_path / "two"):
        services.issue_due(now=tokyo("2026-11-20 16:10"))
    return first


def test_putting_a_code_right_is_no_promise_that_moved(tmp_path: Path) -> None:
    set_desk_clock("2026-11-20 16:10")
    contact = a_contact()
    client = signed_in(contact)
    move = send(wanted(a_license(contact), note="夜間に切り替えます"), "2026-11-20 16:00")
    with a_key_ring(tmp_path):
        services.issue_due(now=tokyo("2026-11-20 16:00"))
    at = f"/license/{move.number}/correct/"
    again = {"new_server_name": "aoba-app02", "new_host_code": a_code(), "note": ""}

    shown = client.get(fill_in(client, again, at=at)).content.decode()

    assert "キーの発行の日時が変わります" not in shown
    assert "締切を過ぎた" not in shown
    assert "夜間に切り替えます" not in shown  # a note left out is no change


def test_the_correction_and_what_it_corrects_lead_to_each_other(corrected: Application) -> None:
    later = Application.objects.get(corrects=corrected)

    assert f'href="/license/{later.number}/"' in page(corrected)
    assert f'href="/license/{corrected.number}/"' in page(later)


def test_the_correction_is_told_as_what_it_is(corrected: Application) -> None:
    later = Application.objects.get(corrects=corrected)
    shown = page(later)

    assert "本社サーバーのホストコードの訂正" in shown
    assert "移設の予定" not in shown  # no server moves
    mistyped = shown[shown.index("打ち間違えたホストコード</dt>") :]
    assert corrected.shown_new_host_code in mistyped[:200]
    listed = signed_in(corrected.applicant).get("/license/").content.decode()
    assert f"ホストコードの訂正 {later.number}" in listed


def test_the_mistyped_key_has_ended_at_once(corrected: Application) -> None:
    row = page(corrected)
    row = row[row.index("<h2>キー</h2>") : row.index("<h2>履歴</h2>")]

    assert "失効" in row[: row.index("前のキー")]
    assert "並行稼働中。11月20日" not in row


def test_a_dead_servers_key_ends_as_it_was_told(tmp_path: Path) -> None:
    contact = a_contact()
    move = send(wanted(a_license(contact), reason="failure"), "2026-11-20 17:05")
    with desk_clock("2026-11-20 17:06"):
        assert "正式キーの発行と同時に失効します" in page(move)
    with a_key_ring(tmp_path):
        services.issue_due(now=tokyo("2026-11-24 09:00"))
    with desk_clock("2026-11-24 09:05"):
        shown = page(move)
    assert "並行稼働中" not in shown
    assert "11月24日(火) 9:00</span> に新しいキーへ交代" in shown


# --- The history: when, who, why ----------------------------------------------------


def test_every_step_says_who_and_why() -> None:
    staff = a_staff_member()
    held = a_held_application("2026-11-20 10:00")
    services.return_to_customer(
        held, by=staff, missing="ホストコードをお確かめください", now=tokyo("2026-11-20 10:30")
    )
    held.refresh_from_db()
    wish = rewritten(held, code=a_code(), note="直しました")
    now = tokyo("2026-11-20 11:00")
    services.send_again(held, wish, by=held.applicant.user, shown=None, now=now)

    with desk_clock("2026-11-20 11:05"):
        shown = page(held)
    told = history(shown)

    assert "理由　いまのサーバーと同じ" in told or "理由　サポート期間外" in told, told
    assert f"訂正をお願いしました（担当 {staff.name}）　理由　ホストコードをお確かめ" in told
    assert (
        f"訂正した申請を受け取りました（{held.applicant.name} 様）　ご連絡事項　直しました" in told
    )
    assert "訂正した項目　新しいホストコード（" in told
    # Both clocks.
    assert "最初の送信" in shown
    assert "11月20日(金) 10:00" in told
    assert "11月20日(金) 11:00" in told


def test_what_the_desk_does_by_itself_is_told_as_automatic(tmp_path: Path) -> None:
    move = an_issued_move(tmp_path)
    with desk_clock("2026-11-20 17:00"):
        told = history(page(move))

    assert "申請を受理しました（自動、発行 11月20日(金) 16:55）" in told
    assert re.search(r"正式キー L-\d+-02 を発行しました（自動）", told)


def test_a_correction_says_what_it_changed() -> None:
    move = an_application("2026-11-20 17:05")
    before, code = move.shown_new_host_code, a_code()
    now = tokyo("2026-11-20 17:10")
    services.correct(move, rewritten(move, code=code), by=move.applicant.user, keeps=None, now=now)
    move.refresh_from_db()

    with desk_clock("2026-11-20 17:11"):
        told = history(page(move))

    assert f"新しいホストコード（{before} から {move.shown_new_host_code} へ）" in told


# --- What leads on ------------------------------------------------------------------


def test_where_an_application_is_under_way_the_pages_lead_to_it() -> None:
    move = an_application("2026-11-20 17:05")
    client = signed_in(move.applicant)
    apply = f"/license/apply/?license={move.license_id}"

    for at in ("/license/", f"/license/licenses/{move.license.number}/"):
        html = client.get(at).content.decode()
        assert apply not in html
        assert f'href="/license/{move.number}/"' in html

    services.withdraw(move, by=move.applicant.user, now=tokyo("2026-11-20 17:06"))
    for at in ("/license/", f"/license/licenses/{move.license.number}/"):
        assert apply in client.get(at).content.decode()


def test_the_same_server_again_leads_to_the_key_at_hand(contact: Contact) -> None:
    license_ = a_license(contact)
    key = license_.current_key
    assert key is not None
    client = signed_in(contact)
    same = typed(license_, new_server_name=key.server_name, new_host_code=key.host_code)

    shown = client.get(fill_in(client, same)).content.decode()

    assert "いまのキーをそのまま使う" in shown
    assert f'href="/license/licenses/{license_.number}/"' in shown


def test_a_code_that_another_product_of_ours_uses_is_said_and_allowed(contact: Contact) -> None:
    other = a_license(contract=a_contract(contact.customer, a_product("desknet's NEO")))
    key = other.current_key
    assert key is not None
    client = signed_in(contact)

    confirm = fill_in(client, typed(a_license(contact), new_host_code=key.shown_host_code))
    shown = client.get(confirm).content.decode()

    assert f"「{other.label}」（{key.server_name}）のキーと同じコードです" in shown
    assert "この内容で送信する" in shown


def test_withdrawing_says_that_the_provisional_key_ends_too(tmp_path: Path) -> None:
    contact = a_contact()
    wish = wanted(a_license(contact))
    move = send(wish, "2026-11-21 23:30", applicant=contact, provisional="日曜に切り替えるため")
    with desk_clock("2026-11-21 23:31"):
        assert "取り消され" not in page(move, "withdraw/")
        with a_key_ring(tmp_path):
            services.issue_due(now=tokyo("2026-11-21 23:31"))
        key = move.keys.get(klass="provisional")
        assert f"暫定キー {key.serial}" in page(move, "withdraw/")
        services.withdraw(move, by=contact.user, now=tokyo("2026-11-21 23:32"))
        gone = page(move)
        assert f"暫定キー {key.serial} を取り消しました" in history(gone)
        assert "回目 ／" not in gone  # what was taken back is no move


def test_a_provisional_key_without_its_reason_is_said_first_of_all(contact: Contact) -> None:
    client = signed_in(contact)
    set_desk_clock("2026-11-21 23:30")
    confirm = fill_in(client, typed(a_license(contact)))
    sent = {"shown": shown_on(client, confirm), "wants_provisional": "on"}

    shown = client.post(confirm, sent).content.decode()

    assert "<title>エラー：" in shown
    summary = shown[shown.index('class="errors"') :]
    assert 'href="#id_provisional_reason"' in summary[: summary.index("</ul>")]


def test_where_to_look_in_a_mistyped_code_is_said(contact: Contact) -> None:
    client = signed_in(contact)
    license_ = a_license(contact)

    answer = client.post(start(client), typed(license_, new_host_code="VCST-1100-0000-0005"))

    said = answer.content.decode()
    assert "1つ目の組の 1文字目からの「VC」は「CV」" in said


@pytest.fixture
def contact() -> Contact:
    set_desk_clock("2026-11-20 10:00")
    return a_contact()


@pytest.mark.parametrize(
    ("number", "kept"),
    [
        ("ライセンス L-20403 です", "L-20403"),
        ("キーL-20403-02を", "L-20403-02"),
        ("申請 26-11-0458 の", "26-11-0458"),
        ("証書2026-000016により", "2026-000016"),
        ("コード 7F3A-91C2-0B6E-D541。", "7F3A-91C2-0B6E-D541"),
    ],
)
def test_numbers_in_a_sentence_are_not_broken_over_two_lines(number: str, kept: str) -> None:
    shown: Any = Template("{% load desk %}{{ text|keep_dates }}").render(Context({"text": number}))

    assert f'<span class="nb">{kept}</span>' in shown


def test_a_check_needs_a_text_or_a_file_and_says_so() -> None:
    shown = Client().get("/verify/").content.decode()

    assert shown.count("どちらか必須") == 2


def test_what_typing_cannot_mend_is_not_said_to_be_mended_by_typing(
    tmp_path: Path, settings: Any
) -> None:
    settings.LICENSE_MOVES = 1
    moved = an_issued_move(tmp_path, "2026-11-20 10:00")
    set_desk_clock("2026-11-20 11:00")
    client = signed_in(moved.applicant)
    another = typed(moved.license, new_server_name="aoba-app03")

    shown = client.get(fill_in(client, another)).content.decode()

    assert "移設の回数" in shown
    assert "直すとすぐに受理できます" not in shown
    assert "#field-note" in shown  # where to say why


def test_without_anybody_to_send_the_key_to_the_way_leads_to_the_people(contact: Contact) -> None:
    license_ = a_license(contact)
    Contact.objects.filter(pk=contact.pk).update(is_contract=False, is_technical=False)
    client = signed_in(contact)

    shown = client.get(fill_in(client, typed(license_))).content.decode()

    assert "キーの宛先を登録する" in shown
    assert 'href="/contracts/people/"' in shown


def test_an_error_of_no_field_points_at_no_field() -> None:
    move = an_application("2026-11-20 17:05")
    set_desk_clock("2026-11-20 17:10")
    client, at = signed_in(move.applicant), f"/license/{move.number}/correct/"

    shown = client.post(at, client.get(at).context["form"].initial).content.decode()

    assert "か所 ご確認ください" not in shown
    assert "変わったところがありません" in shown
