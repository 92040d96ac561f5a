"""Error pages: what happened, and a way on; made without a database where need be."""

import pytest
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import Client
from django.views import defaults

from tests.clock import set_desk_clock
from tests.look.pages import words


@pytest.mark.django_db
def test_what_is_not_found_leads_home() -> None:
    set_desk_clock("2026-11-20 17:05")
    response = Client(headers={"accept-language": "ja"}).get("/nothere/")
    assert response.status_code == 404
    assert "ページが見つかりません" in words(response.content.decode())
    assert 'href="/"' in response.content.decode()


@pytest.mark.parametrize(
    "template", ["400.html", "403.html", "404.html", "403_csrf.html", "500.html"]
)
def test_every_error_page_can_be_made_without_request_and_database(template: str) -> None:
    html = render_to_string(template)
    assert "ホームへ戻る" in words(html)
    assert "status-line" not in html


@pytest.mark.django_db
def test_a_form_sent_without_its_token_says_that_nothing_was_sent() -> None:
    set_desk_clock("2026-11-20 17:05")
    client = Client(enforce_csrf_checks=True, headers={"accept-language": "ja"})
    response = client.post("/language/setlang/", {"language": "en"})
    assert response.status_code == 403
    assert "まだ何も送信されていません" in words(response.content.decode())


def test_a_fault_of_ours_tells_no_details() -> None:
    response = defaults.server_error(HttpRequest())
    assert response.status_code == 500
    assert "当社の側で問題が起きました" in words(response.content.decode())


@pytest.mark.django_db
def test_names_that_cannot_be_paths_are_not_found() -> None:
    set_desk_clock("2026-11-20 17:05")
    for wrong in ("/calendar/%00", "/terms/%ff/", "/" + "x" * 3000):
        assert Client().get(wrong).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/terms/%00/", "/contracts/invitation/%00/", "/nothere/%00"])
def test_a_nul_in_an_address_is_not_found(path: str) -> None:
    set_desk_clock("2026-11-20 17:05")
    assert Client().get(path).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/calendar/", "/terms/", "/verify/", "/license/request/"])
def test_who_only_asks_for_the_head_of_a_page_gets_it(path: str) -> None:
    set_desk_clock("2026-11-20 17:05")
    response = Client().head(path)
    assert response.status_code == 200
    assert response.content == b""
