"""What must never be false is kept by the database, whatever the code does."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from inquiries.models import Attachment, Inquiry, Message
from tests.clock import desk_clock, tokyo
from tests.inquiries.desk import an_inquiry

pytestmark = pytest.mark.django_db

NOW = tokyo("2026-11-20 17:05")


def change(**columns: Any) -> Callable[[Inquiry], object]:
    return lambda inquiry: Inquiry.objects.filter(pk=inquiry.pk).update(**columns)


def say(**columns: Any) -> Callable[[Inquiry], object]:
    return lambda inquiry: Message.objects.create(inquiry=inquiry, posted_at=NOW, **columns)


def a_file_of_nobody(inquiry: Inquiry) -> object:
    return Attachment.objects.create(
        name="x.log",
        content_type="text/plain",
        size=1,
        sha256="",
        place=0,
        uploaded_by=inquiry.asked_by,
        uploaded_at=NOW,
    )


FALSE: dict[str, Callable[[Inquiry], object]] = {
    "a state that nobody knows": change(status="open"),
    "操作・設定 without its second choice (1-1a)": change(category="operation", topic=""),
    "a second choice of something else": change(category="incident", topic="usage"),
    "waiting for nothing": change(status="waiting_customer", waiting_for=""),
    "waiting for something, but not waiting": change(waiting_for="ログ"),
    "closed without a time": change(status="closed"),
    "a time of closing while open": change(closed_at=NOW),
    "work on what is neither covered nor accepted": change(covered=False, accepted_at=None),
    "an answer without its mail (2-1d)": say(kind="answer", body="x"),
    "an event without a name": say(kind="event"),
    "a memo that says nothing": say(kind="memo", body=""),
    "two questions": say(kind="question", body="x"),
    "a file of nobody": a_file_of_nobody,
}


@pytest.mark.parametrize("what", FALSE)
def test_it_cannot_be_stored(what: str) -> None:
    with desk_clock("2026-11-20 17:05"):
        inquiry = an_inquiry()
    with pytest.raises(IntegrityError), transaction.atomic():
        FALSE[what](inquiry)


def test_one_form_is_one_row() -> None:
    with desk_clock("2026-11-20 17:05"):
        first, second = an_inquiry(), an_inquiry()
    with pytest.raises(IntegrityError), transaction.atomic():
        change(form_token=first.form_token)(second)
