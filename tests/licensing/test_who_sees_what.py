"""Customers see their own organisation only; a stranger gets 404; nobody signs in, nobody sees."""

from pathlib import Path

import pytest
from django.test import Client

from licensing import services
from licensing.models import Application, Key, License
from supportdesk.outbox import sealing
from tests.builders import a_contact, a_staff_member
from tests.clock import tokyo
from tests.licensing.builders import a_held_application, a_license, an_application
from tests.licensing.visitor import signed_in
from tests.signing.keys import a_key_ring

pytestmark = pytest.mark.django_db

PAGES = ["", "done/", "withdraw/"]


@pytest.mark.parametrize("part", PAGES)
def test_a_colleague_sees_it_and_a_stranger_gets_404(part: str) -> None:
    customer = a_contact()
    application = an_application(contact=customer)
    url = f"/license/{application.number}/{part}"

    assert signed_in(a_contact(customer.customer, "高橋 美咲")).get(url).status_code == 200
    assert signed_in(a_contact()).get(url).status_code == 404


def test_a_stranger_cannot_withdraw() -> None:
    application = an_application("2026-11-20 17:05")

    response = signed_in(a_contact()).post(f"/license/{application.number}/withdraw/")

    assert response.status_code == 404
    assert Application.objects.get().state == Application.State.ACCEPTED


@pytest.mark.parametrize("address", ["/license/", "/license/apply/", "/license/26-11-0001/"])
def test_who_is_not_signed_in_is_asked_to(address: str) -> None:
    response = Client().get(address)

    assert response.status_code == 302
    assert response["Location"].startswith("/sign-in/")


def test_staff_use_their_own_side() -> None:
    client = Client()
    client.force_login(a_staff_member())

    assert client.get("/license/").status_code == 403


def test_a_contact_who_left_sees_nothing() -> None:
    contact = a_contact()
    application = an_application(contact=contact)
    client = signed_in(contact)
    contact.is_active = False
    contact.save()

    assert client.get(f"/license/{application.number}/").status_code == 404


def test_the_list_names_licences_keys_and_applications() -> None:
    contact = a_contact()
    application = an_application("2026-11-20 17:05", contact=contact)
    a_license()

    page = signed_in(contact).get("/license/").content.decode()

    for words in (application.number, application.license.number, "aoba-app01", "に発行"):
        assert words in page, words
    assert License.objects.exclude(pk=application.license.pk).get().number not in page


def test_empty_lists_say_so() -> None:
    page = signed_in(a_contact()).get("/license/").content.decode()

    assert page.count("ありません") >= 2
    assert "終わった申請はまだありません" in page


def test_the_page_tells_promise_keys_and_history(tmp_path: Path) -> None:
    contact = a_contact()
    application = an_application("2026-11-20 17:05", contact=contact)
    client = signed_in(contact)

    before = client.get(f"/license/{application.number}/").content.decode()
    with a_key_ring(tmp_path):
        services.issue_due(now=tokyo("2026-11-24 09:00"))
    after = client.get(f"/license/{application.number}/").content.decode()

    for words in ("11月24日(火) 9:00", "未発行", "申請を受理しました", "取り下げる"):
        assert words in before, words
    for words in (f"{application.license.number}-02", "失効", "発行しました"):
        assert words in after, words
    assert "取り下げる</a>" not in after


def test_no_page_shows_the_key_itself(tmp_path: Path) -> None:
    contact = a_contact()
    application = an_application("2026-11-20 16:55", contact=contact)
    with a_key_ring(tmp_path):
        services.issue_due(now=tokyo("2026-11-20 16:56"))
    key = Key.objects.get(klass="regular")
    first_group = sealing.unseal(bytes(key.sealed_text)).decode().split()[1]

    for page in (
        "/license/",
        f"/license/{application.number}/",
        f"/license/{application.number}/done/",
    ):
        assert first_group not in signed_in(contact).get(page).content.decode()


def test_a_held_application_says_what_is_checked() -> None:
    application = a_held_application("2026-11-20 17:05")
    page = signed_in(application.applicant).get(f"/license/{application.number}/").content.decode()

    for words in ("確認中", "確認していること", "当社の目安", "11月24日(火)"):
        assert words in page, words


def test_no_english_word_on_a_japanese_page() -> None:
    import re

    contact = a_contact()
    application = an_application("2026-11-20 17:05", contact=contact)
    for page in (
        "/license/",
        f"/license/{application.number}/",
        f"/license/{application.number}/done/",
    ):
        html = signed_in(contact).get(page).content.decode()
        main = html.partition("<main")[2].partition(">")[2].partition("</main>")[0]
        text = re.sub(r"<[^>]+>", " ", main)
        words = set(re.findall(r"[A-Za-z]{4,}", text)) - {
            "aoba",
            "desknet",
            "contact",
            "customer",
            "example",
        }
        assert not words, (page, words)


def test_the_home_page_has_rows_for_what_is_under_way() -> None:
    contact = a_contact()
    application = an_application("2026-11-20 17:05", contact=contact)
    an_application()

    (row,) = services.home_rows(contact.customer, tokyo("2026-11-20 17:06"))

    assert row.number == application.number
    assert row.url == f"/license/{application.number}/"
    assert (row.badge.kind, row.asked) == ("scheduled", "")
    assert application.number in row.meta
