"""The frame of the staff's side speaks as people do: titles, counts, the button that adds."""

import re

import pytest
from django.test import Client

from tests.accounts import doors
from tests.builders import a_contact, a_staff_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    client, staff = Client(), a_staff_member()
    doors.sign_in_staff(client, staff, doors.with_app(staff))
    return client


def title_of(page: str) -> str:
    found = re.search(r"<title>(.*?)</title>", page, re.DOTALL)
    assert found
    return found[1].strip()


def test_a_list_is_called_by_what_it_lists_and_says_how_many(client: Client) -> None:
    a_contact()

    page = client.get("/staff/contracts/customer/").content.decode()

    assert title_of(page) == "お客さま｜サポートデスク 担当者用"
    assert "全 1件" in page
    assert re.search(r"addlink.*?お客さまを登録", page, re.DOTALL)


def test_a_page_is_called_by_what_it_is_of(client: Client) -> None:
    customer = a_contact().customer

    page = client.get(f"/staff/contracts/customer/{customer.pk}/change/").content.decode()

    assert title_of(page) == f"{customer.name}｜お客さま｜サポートデスク 担当者用"
    assert "addlink" not in page


def test_an_empty_list_says_so_and_one_without_a_match_says_that(client: Client) -> None:
    page = client.get("/staff/contracts/customer/").content.decode()
    assert "いまは何もありません" in page

    a_contact()
    page = client.get("/staff/contracts/customer/?q=どこにもない会社").content.decode()
    assert "当てはまるものがありません" in page
    assert "探す語と絞り込みを消す" in page
