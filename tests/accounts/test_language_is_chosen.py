"""The language somebody chose goes with them: to every browser, and into their mails."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import translation

from supportdesk.accounts.models import User
from tests import catalogue
from tests.accounts.doors import sign_in_by_code
from tests.builders import a_contact, a_staff_member
from tests.clock import set_desk_clock
from tests.inquiries.desk import signed_in

pytestmark = pytest.mark.django_db

PAGE = "/contracts/"


@pytest.fixture(autouse=True)
def _only_here() -> Iterator[None]:
    catalogue.compile_english()
    set_desk_clock("2026-11-20 16:55")
    with translation.override(settings.LANGUAGE_CODE):
        yield


def choose(client: Client, language: str) -> None:
    client.post(reverse("set_language"), {"language": language, "next": "/"})


def spoken_by(client: Client, page: str = PAGE) -> str:
    answer = client.get(page)
    content = answer.content.decode()
    assert f'<html lang="{answer["Content-Language"]}"' in content
    return str(answer["Content-Language"])


def kept(user: User) -> str:
    return User.objects.get(pk=user.pk).language


def test_who_has_chosen_nothing_is_spoken_to_as_the_browser_asks() -> None:
    contact = a_contact()
    for language in ("ja", "en"):
        client = Client(headers={"accept-language": language})
        client.force_login(contact.user)
        assert spoken_by(client) == language
    assert kept(contact.user) == ""


def test_the_switch_is_kept_with_the_person_and_wins_on_every_browser() -> None:
    contact = a_contact()
    choose(signed_in(contact.user), "en")
    assert kept(contact.user) == "en"
    elsewhere = Client(headers={"accept-language": "ja"})
    elsewhere.force_login(contact.user)
    assert spoken_by(elsewhere) == "en"
    choose(elsewhere, "ja")
    assert spoken_by(signed_in(contact.user)) == "ja"


def test_a_shared_browser_speaks_to_each_person_as_they_chose() -> None:
    english, japanese = a_contact(), a_contact()
    choose(signed_in(japanese.user), "ja")
    client = Client()
    client.force_login(english.user)
    choose(client, "en")
    client.force_login(japanese.user)
    assert spoken_by(client) == "ja"


def test_what_is_chosen_at_the_door_goes_with_whoever_has_chosen_nothing() -> None:
    client, contact = Client(), a_contact()
    choose(client, "en")
    sign_in_by_code(client, contact.user)
    assert kept(contact.user) == "en"


def test_a_choice_once_made_is_not_changed_by_another_browsers_door() -> None:
    client, contact = Client(), a_contact()
    User.objects.filter(pk=contact.user_id).update(language="ja")
    choose(client, "en")
    sign_in_by_code(client, contact.user)
    assert kept(contact.user) == "ja"


@pytest.mark.parametrize("wish", ["", "fr", "en\x00", "x" * 300])
def test_a_language_that_is_not_spoken_changes_nothing(wish: str) -> None:
    contact = a_contact()
    client = signed_in(contact.user)
    assert client.post(reverse("set_language"), {"language": wish}).status_code == 302
    assert kept(contact.user) == ""


def test_looking_at_the_switch_changes_nothing() -> None:
    contact = a_contact()
    signed_in(contact.user).get(reverse("set_language"), {"language": "en"})
    assert kept(contact.user) == ""


def test_staff_choose_for_themselves_too() -> None:
    staff = a_staff_member()
    choose(signed_in(staff), "en")
    assert kept(staff) == "en"
