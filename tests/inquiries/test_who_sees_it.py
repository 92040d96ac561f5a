"""Customer, colleague, stranger, staff: a stranger gets 404 for everything (G20, U-13)."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from contracts.models import Contact
from contracts.services import switch_off_contact
from inquiries.models import Attachment, Inquiry
from tests.builders import a_contact, a_contract, a_customer, a_period, a_staff_member
from tests.clock import desk_clock, set_desk_clock, tokyo
from tests.inquiries.desk import (
    Desk,
    Form,
    a_file,
    signed_in,
    staff_signed_in,
    visible,
    words,
)

pytestmark = pytest.mark.django_db


class Story:
    """One inquiry with a file, a colleague beside the customer, a stranger elsewhere."""

    def __init__(self) -> None:
        set_desk_clock("2026-11-20 13:40")
        self.customer = a_contact(a_customer())
        self.colleague = a_contact(self.customer.customer, name="高橋 美咲")
        self.stranger = a_contact(a_customer("株式会社よその会社"), name="見知らぬ 人")
        contract = a_contract(self.customer.customer)
        a_period(contract)
        form = Form(signed_in(self.customer.user), contract)
        self.inquiry = form.through(attachments=[a_file("手順.log", b"<script>alert(1)</script>")])
        self.file = Attachment.objects.get()

    def by(self, contact: Contact) -> Client:
        return signed_in(contact.user)


@pytest.fixture
def story() -> Story:
    return Story()


def paths(inquiry: Inquiry, file: Attachment) -> list[str]:
    base = f"/inquiries/{inquiry.number}/"
    return [base, f"{base}close/", f"/inquiries/files/{file.pk}/"]


def test_a_colleague_reads_and_replies(story: Story) -> None:
    client = story.by(story.colleague)
    for path in paths(story.inquiry, story.file):
        assert client.get(path).status_code == 200, path
    assert story.inquiry.subject in visible(client.get("/inquiries/"))
    reply = {"token": str(uuid4()), "text": "同僚からの補足です。", "action": "send"}
    assert client.post(f"/inquiries/{story.inquiry.number}/", reply).status_code == 302
    assert "高橋 美咲 様" in visible(
        story.by(story.customer).get(f"/inquiries/{story.inquiry.number}/")
    )


def test_a_stranger_gets_404_for_everything_and_changes_nothing(story: Story) -> None:
    client = story.by(story.stranger)
    for path in paths(story.inquiry, story.file):
        assert client.get(path).status_code == 404, path
    for path in ("", "close/", "withdraw/"):
        data = {"token": str(uuid4()), "text": "よそから", "action": "send"}
        assert client.post(f"/inquiries/{story.inquiry.number}/{path}", data).status_code == 404
    assert client.get(f"/inquiries/{story.inquiry.number}/done/").status_code == 404
    assert story.inquiry.subject not in visible(client.get("/inquiries/"))
    story.inquiry.refresh_from_db()
    assert story.inquiry.status == "received"


def test_404_says_the_same_for_what_exists_elsewhere_and_what_does_not(story: Story) -> None:
    client = story.by(story.stranger)
    foreign = client.get(f"/inquiries/{story.inquiry.number}/")
    missing = client.get("/inquiries/26-11-9999/")
    assert visible(foreign) == visible(missing)


def test_who_is_not_signed_in_is_asked_to_and_gets_no_file(story: Story) -> None:
    for path in paths(story.inquiry, story.file)[:2]:
        assert Client().get(path).status_code == 302
    assert Client().get(f"/inquiries/files/{story.file.pk}/").status_code == 404


def test_staff_without_their_second_factor_get_no_file(story: Story) -> None:
    password_only = signed_in(a_staff_member())
    assert password_only.get(f"/inquiries/files/{story.file.pk}/").status_code == 302


def test_a_contact_switched_off_sees_nothing_from_the_next_request_on(story: Story) -> None:
    client = story.by(story.colleague)
    assert client.get(f"/inquiries/files/{story.file.pk}/").status_code == 200
    switch_off_contact(story.colleague, now=tokyo("2026-11-20 13:45"))
    assert client.get(f"/inquiries/files/{story.file.pk}/").status_code == 404
    assert client.get(f"/inquiries/{story.inquiry.number}/").status_code == 302


def test_customers_do_not_reach_the_staffs_side(story: Story) -> None:
    client = story.by(story.customer)
    for path in ("", f"{story.inquiry.pk}/change/"):
        assert client.get(f"/staff/inquiries/inquiry/{path}").status_code in (302, 403)
    verb = f"/staff/inquiries/inquiry/{story.inquiry.pk}/do/memo/"
    assert client.post(verb, {"memo": "x"}).status_code in (302, 403)
    assert not story.inquiry.messages.filter(kind="memo").exists()


def test_staff_who_may_only_look_change_nothing(story: Story) -> None:
    """D-1: a crafted POST is refused, too."""
    staff = a_staff_member()
    staff.view_only = True
    staff.save()
    client = staff_signed_in(staff)
    url = f"/staff/inquiries/inquiry/{story.inquiry.pk}/"
    page = client.get(f"{url}change/")
    assert page.status_code == 200
    assert "承認して" not in visible(page)
    assert client.post(f"{url}change/", {"action": "approve", "body": "x"}).status_code == 403
    assert client.post(f"{url}do/memo/", {"memo": "x"}).status_code == 403
    assert client.post(f"{url}do/assign/", {"person": staff.pk}).status_code == 403
    assert story.inquiry.messages.exclude(kind__in=["question", "event"]).count() == 0


def test_memo_and_unsent_answer_stay_with_staff(story: Story) -> None:
    desk = Desk(a_staff_member(), story.inquiry)
    with desk_clock("2026-11-20 17:20"):
        desk.do("memo", memo="秘密の内部メモ")
        answer = desk.answer(body="まだ送られない回答", attachments=[a_file("回答.log")])
        customer = story.by(story.customer)
        page = visible(customer.get(f"/inquiries/{story.inquiry.number}/"))
        file = answer.attachments.get()
        assert customer.get(f"/inquiries/files/{file.pk}/").status_code == 404
        assert desk.client.get(f"/inquiries/files/{file.pk}/").status_code == 200
    assert "秘密の内部メモ" not in page
    assert "まだ送られない回答" not in page
    with desk_clock("2026-11-24 09:00"):
        customer = story.by(story.customer)
        assert customer.get(f"/inquiries/files/{file.pk}/").status_code == 200
        page = visible(customer.get(f"/inquiries/{story.inquiry.number}/"))
    assert "まだ送られない回答" in page
    assert "秘密の内部メモ" not in page


def test_a_file_in_a_draft_is_its_writers_alone(story: Story) -> None:
    form = Form(story.by(story.customer), story.inquiry.contract)
    form.type(attachments=[a_file("下書き.log")])
    file = Attachment.objects.get(draft_id=form.token)
    assert story.by(story.customer).get(f"/inquiries/files/{file.pk}/").status_code == 200
    for other in (story.colleague, story.stranger):
        assert story.by(other).get(f"/inquiries/files/{file.pk}/").status_code == 404


def test_a_download_never_runs_in_the_page(story: Story) -> None:
    """T14, D-8: an attachment, of the type we judged, in a sandbox, not cached."""
    answer = story.by(story.customer).get(f"/inquiries/files/{story.file.pk}/")
    assert answer.headers["Content-Disposition"] == (
        "attachment; filename*=utf-8''%E6%89%8B%E9%A0%86.log"
    )
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    assert answer.headers["Content-Type"] == "text/plain"
    assert "no-store" in answer.headers["Cache-Control"]
    assert b"".join(answer.streaming_content) == b"<script>alert(1)</script>"  # type: ignore[attr-defined]


METHODS: list[Callable[[Client, str], Any]] = [
    lambda client, url: client.head(url),
    lambda client, url: client.get(url, headers={"range": "bytes=0-3"}),
    lambda client, url: client.get(
        url, headers={"if-modified-since": "Fri, 20 Nov 2099 00:00:00 GMT"}
    ),
]


@pytest.mark.parametrize("ask", METHODS)
def test_no_way_of_asking_goes_around_the_check(
    story: Story, ask: Callable[[Client, str], Any]
) -> None:
    url = f"/inquiries/files/{story.file.pk}/"
    assert ask(story.by(story.customer), url).status_code == 200
    assert ask(story.by(story.stranger), url).status_code == 404


def test_guessing_finds_no_file(story: Story) -> None:
    """T8."""
    client = story.by(story.stranger)
    near = story.file.pk.int
    from uuid import UUID

    answers = {
        client.get(f"/inquiries/files/{UUID(int=near + n)}/").status_code for n in range(-20, 20)
    }
    assert answers == {404}


def test_nothing_changes_by_get(story: Story) -> None:
    client = story.by(story.customer)
    assert client.get(f"/inquiries/{story.inquiry.number}/withdraw/").status_code == 405
    client.get(f"/inquiries/{story.inquiry.number}/close/")
    staff = staff_signed_in(a_staff_member())
    assert staff.get(f"/staff/inquiries/inquiry/{story.inquiry.pk}/do/memo/").status_code == 405
    story.inquiry.refresh_from_db()
    assert story.inquiry.status == "received"


@pytest.mark.parametrize(
    "query",
    [
        "assigned_to__password__startswith=p",
        "o=customer__note",
        "asked_by__password=x",
        "p=-1",
        "view='",
        "q=%00",
        "q=" + "あ" * 2000,
    ],
)
def test_no_query_string_opens_a_way_through_the_queue(story: Story, query: str) -> None:
    """T13, P-3, P-4."""
    answer = staff_signed_in(a_staff_member()).get(f"/staff/inquiries/inquiry/?{query}")
    assert answer.status_code in (200, 302, 400)
    assert "Traceback" not in words(answer)
