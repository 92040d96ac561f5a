"""入力 → 確認 → 完了 without JavaScript: the promise is seen before sending, nothing is lost."""

from collections.abc import Iterator

import pytest

from licensing.models import Application
from supportdesk import clock
from tests.builders import a_contact, a_period
from tests.clock import set_desk_clock
from tests.licensing.builders import a_license
from tests.licensing.visitor import (
    APPLY,
    errors_of,
    fill_in,
    send_from,
    shown_on,
    signed_in,
    start,
    typed,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _friday_before_a_long_weekend() -> Iterator[None]:
    set_desk_clock("2026-11-20 17:05")
    yield
    clock.unshift()


def test_the_confirmation_shows_the_promise_before_anything_is_sent() -> None:
    contact = a_contact()
    client = signed_in(contact)
    confirm = fill_in(client, typed(a_license(contact)))

    page = client.get(confirm).content.decode()

    for words in (
        "まだ送信されていません",
        "11月24日(火) 9:00",
        "勤労感謝の日",
        "年間サポート証書",
    ):
        assert words in page, words
    assert not Application.objects.exists()


def test_sending_leads_to_the_number() -> None:
    contact = a_contact()
    client = signed_in(contact)

    response = send_from(client, fill_in(client, typed(a_license(contact))))

    application = Application.objects.get()
    assert response["Location"] == f"/license/{application.number}/done/"
    page = client.get(response["Location"]).content.decode()
    assert application.number in page
    assert "迷惑メール" in page
    assert contact.email in page


def test_what_was_typed_is_normalised_and_shown_back() -> None:
    contact = a_contact()
    client = signed_in(contact)
    code = "９１ｃ２－ＯＢ６Ｅ－Ｄ５４７－Ｆ３Ａ"
    from licensing.domain import host_code

    whole = code + host_code.with_check("91C20B6ED547F3A")[-1]

    page = client.get(
        fill_in(
            client, typed(a_license(contact), new_host_code=whole, new_server_name="ＡＯＢＡ－２")
        )
    ).content.decode()

    assert host_code.display(host_code.normalise(whole)) in page
    assert "aoba-2" in page


def test_going_back_loses_nothing() -> None:
    contact = a_contact()
    client = signed_in(contact)
    form = start(client)
    fill_in(client, typed(a_license(contact), note="週末に移行します", planned_on="12月5日"), form)

    page = client.get(form).content.decode()

    for words in ("週末に移行します", "12月5日", "aoba-app02", "checked"):
        assert words in page, words


def test_an_error_keeps_what_was_typed_and_leads_to_the_field() -> None:
    contact = a_contact()
    client = signed_in(contact)
    form = start(client)

    response = client.post(form, typed(a_license(contact), new_host_code="7F3A", note="急ぎます"))

    page = response.content.decode()
    assert errors_of(response) == {
        "new_host_code": ["16文字（4文字ずつ4つ）で入力してください（いま 4文字）"]
    }
    assert "急ぎます" in page
    assert 'href="#id_new_host_code"' in page
    assert "エラー" in page.partition("</title>")[0]
    assert "急ぎます" in client.get(form).content.decode()


def test_sent_twice_is_one() -> None:
    contact = a_contact()
    client = signed_in(contact)
    confirm = fill_in(client, typed(a_license(contact)))
    shown = shown_on(client, confirm)

    first = client.post(confirm, {"shown": shown})
    second = client.post(confirm, {"shown": shown})

    assert first["Location"] == second["Location"]
    assert Application.objects.count() == 1


def test_a_sent_form_opened_again_says_so() -> None:
    contact = a_contact()
    client = signed_in(contact)
    license_, form = a_license(contact), start(client)
    send_from(client, fill_in(client, typed(license_), form))

    for response in (client.get(form), client.post(form, typed(license_, note="変更"))):
        assert response.status_code == 409
        assert Application.objects.get().number in response.content.decode()
    assert Application.objects.get().note == ""


def test_the_cut_off_passed_on_the_confirmation_screen() -> None:
    """Shown 16:59:50, sent 17:00:01."""
    contact = a_contact()
    client = signed_in(contact)
    set_desk_clock("2026-11-20 16:59:50")
    confirm = fill_in(client, typed(a_license(contact)))

    done = send_from(client, confirm, at="2026-11-20 17:00:01")["Location"]

    page = client.get(done).content.decode()
    assert page.index("変わりました") < page.index("受付番号")
    assert "11月20日(金) 16:59" in page
    assert "この申請を取り下げる" in page
    withdrawn = client.post(f"/license/{Application.objects.get().number}/withdraw/")
    assert withdrawn.status_code == 302
    assert Application.objects.get().state == Application.State.WITHDRAWN


def test_the_last_ten_minutes_are_counted_down() -> None:
    contact = a_contact()
    client = signed_in(contact)
    set_desk_clock("2026-11-20 16:49")
    confirm = fill_in(client, typed(a_license(contact)))
    countdown = confirm.replace("confirm", "countdown")

    seen = {}
    for wall in ("16:49:59", "16:50:00", "16:56:30", "17:00:00", "17:00:01"):
        set_desk_clock(f"2026-11-20 {wall}")
        seen[wall] = client.get(countdown).content.decode()

    assert "締切" not in seen["16:49:59"]
    assert "あと 10分" in seen["16:50:00"]
    assert "あと 4分" in seen["16:56:30"]
    assert "あと 0分" not in seen["17:00:00"]
    assert "過ぎました" in seen["17:00:01"]
    assert "11月24日(火) 9:00" in seen["17:00:01"]


def test_a_confirmation_of_another_draft_is_shown_again() -> None:
    """Two tabs on one form: the second tab's words were never confirmed in the first."""
    contact = a_contact()
    client = signed_in(contact)
    license_, form = a_license(contact), start(client)
    confirm = fill_in(client, typed(license_), form)
    shown = shown_on(client, confirm)
    fill_in(client, typed(license_, note="別のタブ"), form)

    response = client.post(confirm, {"shown": shown})

    assert response.status_code == 409
    assert "もう一度お確かめください" in response.content.decode()
    assert not Application.objects.exists()


@pytest.mark.parametrize("shown", ["", "forged:token:here"])
def test_a_forged_confirmation_is_shown_again(shown: str) -> None:
    contact = a_contact()
    client = signed_in(contact)
    confirm = fill_in(client, typed(a_license(contact)))

    assert client.post(confirm, {"shown": shown}).status_code == 409
    assert not Application.objects.exists()


def test_without_coverage_the_reason_and_the_ways_forward() -> None:
    contact = a_contact()
    client = signed_in(contact)
    license_ = a_license(contact, covered=False)
    a_period(license_.contract, accepted_on="2025-08-20")
    confirm = fill_in(client, typed(license_))

    page = client.get(confirm).content.decode()

    for words in (
        "お約束できません",
        "2026年8月31日(月)",
        "に満了",
        "約款",
        "確認を依頼する",
        "11月24日(火)",
    ):
        assert words in page, words
    done = send_from(client, confirm)["Location"]
    assert Application.objects.get().state == Application.State.HELD
    assert "確認のご依頼を受け付けました" in client.get(done).content.decode()


def test_coverage_lost_meanwhile_is_shown_again_and_nothing_stored() -> None:
    contact = a_contact()
    client = signed_in(contact)
    license_ = a_license(contact)
    confirm = fill_in(client, typed(license_))
    shown = shown_on(client, confirm)
    license_.contract.orders.update(withdrawn_at=clock.now(), withdrawal_reason="誤り")

    response = client.post(confirm, {"shown": shown})

    assert response.status_code == 409
    assert "もう一度お確かめください" in response.content.decode()
    assert not Application.objects.exists()


def test_a_licence_with_an_application_under_way_is_said_at_the_form() -> None:
    contact = a_contact()
    client = signed_in(contact)
    license_ = a_license(contact)
    send_from(client, fill_in(client, typed(license_)))

    response = client.post(start(client), typed(license_))

    assert Application.objects.get().number in errors_of(response)["license"][0]


def test_a_confirmation_without_a_form_begins_anew() -> None:
    contact = a_contact()
    client = signed_in(contact)
    form = start(client)

    assert client.get(f"{form}confirm/")["Location"] == APPLY


def test_the_panel_follows_the_licence_that_is_chosen() -> None:
    contact = a_contact()
    client = signed_in(contact)
    covered, expired = a_license(contact), a_license(contact, covered=False)

    page = client.get(f"{APPLY}promise/", {"license": covered.pk}).content.decode()
    other = client.get(f"{APPLY}promise/", {"license": expired.pk}).content.decode()

    assert "11月24日(火) 9:00" in page
    assert "お約束できません" in other
    seen = {"license": str(covered.pk), "seen": f"{covered.pk} 2026-11-24"}
    assert client.get(f"{APPLY}promise/", seen).status_code == 204
