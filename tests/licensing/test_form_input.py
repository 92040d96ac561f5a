"""What people, robots and attackers type into the form (the F rows of bad input)."""

from typing import Any

import pytest

from contracts.models import Contact
from licensing.models import Application
from tests.builders import a_contact
from tests.licensing.builders import a_license
from tests.licensing.visitor import errors_of, fill_in, send_from, signed_in, start, typed

pytestmark = pytest.mark.django_db


def refused(contact: Contact, **changed: Any) -> dict[str, list[str]]:
    """The errors of a form that is right but for what is `changed`."""
    client = signed_in(contact)
    return errors_of(client.post(start(client), typed(a_license(contact), **changed)))


@pytest.mark.parametrize("empty", ["", "   ", "　", "\u200b\ufeff", "\u3000\u200b "])
@pytest.mark.parametrize("field", ["new_server_name", "new_host_code"])
def test_f1_f2_nothing_visible_is_nothing_typed(field: str, empty: str) -> None:
    assert list(refused(a_contact(), **{field: empty})) == [field]


@pytest.mark.parametrize("field", ["new_server_name", "new_host_code", "note", "planned_on"])
def test_f3_a_null_character_is_an_error_not_a_crash(field: str) -> None:
    assert refused(a_contact(), **{field: "a\x00b"}) == {
        field: ["表示できない文字を除いて入力してください"]
    }


def test_f5_tricks_with_the_direction_of_writing_are_taken_out() -> None:
    contact = a_contact()
    client = signed_in(contact)

    send_from(client, fill_in(client, typed(a_license(contact), note="正\u202e逆\u200b 髙﨑①㈱")))

    assert Application.objects.get().note == "正逆 髙﨑①㈱"


def test_f7_a_megabyte_is_refused_and_says_how_much_fits() -> None:
    (error,) = refused(a_contact(), note="あ" * 300_000)["note"]

    assert error == "1000文字以内で入力してください（いま 300000文字）"


def test_f9_of_a_doubled_parameter_the_last_counts() -> None:
    contact = a_contact()
    client = signed_in(contact)
    one, two = a_license(contact), a_license(contact)

    send_from(client, fill_in(client, typed(one, license=[one.pk, two.pk])))

    assert Application.objects.get().license == two


def test_f10_fields_that_are_not_in_the_form_change_nothing() -> None:
    contact = a_contact()
    client = signed_in(contact)
    extra = {"state": "issued", "accepted_at": "2020-01-01", "applicant": "1", "due_at": "now"}

    send_from(client, fill_in(client, typed(a_license(contact), **extra)))

    application = Application.objects.get()
    assert (application.state, application.applicant) == (Application.State.ACCEPTED, contact)


@pytest.mark.parametrize("story", ["a stranger's", "unknown", "no number", "huge"])
def test_f11_a_licence_of_somebody_else_is_no_licence_at_all(story: str) -> None:
    """The same words whatever the reason: nothing is told about what exists."""
    wrong: Any = {
        "a stranger's": a_license().pk,
        "unknown": 999_999_999,
        "no number": "abc",
        "huge": "9" * 400,
    }[story]

    assert refused(a_contact(), license=wrong) == {
        "license": ["一覧にあるライセンスを 1つ選んでください"]
    }


@pytest.mark.parametrize(
    "words",
    [
        "';-- {{7*7}} ${7*7} %s%n",
        '<script>alert(1)</script>"><img src=x onerror=1>',
        "javascript:alert(1)",
    ],
)
def test_f16_markup_is_shown_as_it_was_typed(words: str) -> None:
    from django.utils.html import escape

    contact = a_contact(name=words[:80])
    client = signed_in(contact)
    confirm = fill_in(client, typed(a_license(contact), note=words))

    assert escape(words) in client.get(confirm).content.decode()
    done = send_from(client, confirm)["Location"]
    page = client.get(done.removesuffix("done/")).content.decode()
    assert escape(words) in page
    assert "<script>alert" not in page


@pytest.mark.parametrize(
    "typed_date",
    ["0000-01-01", "99999-01-01", "2026-02-30", "令和8年1月1日", "来週", "2020/1/1", "2099/1/1"],
)
def test_f17_a_date_that_cannot_be_is_told_how_to_write_it(typed_date: str) -> None:
    (error,) = refused(a_contact(), planned_on=typed_date)["planned_on"]

    assert "入力してください" in error


@pytest.mark.parametrize(
    "typed_date", ["２０２６/１２/５", "2026-12-05", "2026年12月5日", " 2026/12/5 "]
)
def test_f17_a_date_in_any_width_is_read(typed_date: str) -> None:
    from tests.clock import desk_clock

    contact = a_contact()
    client = signed_in(contact)
    with desk_clock("2026-11-20 10:00"):
        send_from(client, fill_in(client, typed(a_license(contact), planned_on=typed_date)))

    assert str(Application.objects.get().planned_on) == "2026-12-05"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("a" * 256, "253文字以内"),
        ("localhost", "区別できる"),
        ("fe80::1%eth0", "アドレスではなく"),
        ("00:1A:2B:3C:4D:5E", "MACアドレス"),
        ("aoba\napp", "英字・数字"),
        ("aoba_app", "英字・数字"),
    ],
)
def test_f25_what_is_no_server_name_is_told_apart(name: str, words: str) -> None:
    (error,) = refused(a_contact(), new_server_name=name)["new_server_name"]

    assert words in error


def test_an_unknown_old_server_must_be_named() -> None:
    contact = a_contact()
    client = signed_in(contact)
    unknown = a_license(contact, server=None)

    errors = errors_of(client.post(start(client), typed(unknown)))
    assert errors == {"old_server_name": ["いまのサーバーのホスト名を入力してください"]}

    send_from(client, fill_in(client, typed(unknown, old_server_name="Old-1")))
    assert Application.objects.get().old_server_name == "old-1"


def test_the_old_server_is_taken_from_the_key_in_force() -> None:
    contact = a_contact()
    client = signed_in(contact)

    send_from(client, fill_in(client, typed(a_license(contact, server="aoba-app01"))))

    assert Application.objects.get().old_server_name == "aoba-app01"
