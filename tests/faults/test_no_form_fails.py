"""Whatever is typed into any form that a customer can reach, no page ends in an error.

Finds the forms by following the links, and fills each with what nobody should type.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest
from django.db import transaction
from django.test import Client

from tests.faults.scale import FULL
from tests.test_who_may_see_what import World, world  # noqa: F401 - a fixture

pytestmark = [
    pytest.mark.faults,
    pytest.mark.django_db,
    pytest.mark.skipif(not FULL, reason="in benchmarks/outbox_faults.py: hundreds of forms sent"),
]

ODD = {
    "nothing": "",
    "a null": "a\0b",
    "half a pair": "\ud83d",
    "a huge number": "9" * 40,
    "a negative": "-1",
    "a day that is none": "2026-02-30",
    "the year 0": "0000-01-01",
    "an instant far off": "99999-12-31 99:99",
    "a formula": "=cmd|' /C calc'!A0",
    "a header": "a\r\nBcc: evil@example.com",
    "an encoded header": "=?utf-8?q?x=0D=0ABcc:_evil@example.com?=",
    "right to left": "\u202egnp.exe",
    "much": "あ" * 20_000,
    "a percent": "%s %(x)s {0} {{ x }} \\",
    "not a uuid": "{00000000-0000-0000-0000-00000000000g}",
    "an address": '"a" <x@y.example>, evil@z.example',
}
# Signing out and shutting oneself out end the walk, and whole files have tests of their own.
LEFT_OUT = ("/sign-out/", "/health/", "/language/", ".pdf", "/history/change/", "/autocomplete/")
_FIELDS = {"input", "textarea", "select", "button"}
PAGES_OF_ONE_KIND = 2
MOST_PAGES = 140


@dataclass
class Form:
    action: str = ""
    method: str = "get"
    fields: dict[str, str] = field(default_factory=dict)


class Reader(HTMLParser):
    """The links and the forms of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[Form] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a":
            self.links.append(given.get("href", ""))
        elif tag == "form":
            self.forms.append(Form(given.get("action", ""), given.get("method", "get").lower()))
        elif tag in _FIELDS and self.forms and given.get("name"):
            self.forms[-1].fields[given["name"]] = given.get("value", "")


def kind_of(path: str) -> str:
    """The address with its numbers taken out: pages of one kind have the same forms."""
    parts = urlsplit(path).path.split("/")
    return "/".join("…" if any(c.isdigit() for c in part) else part for part in parts)


def pages(client: Client, start: str) -> Iterator[tuple[str, Reader]]:
    """Every page that links lead to, two of each kind."""
    waiting, seen, kinds = [start], {start}, dict[str, int]()
    while waiting and sum(kinds.values()) < MOST_PAGES:
        path = waiting.pop(0)
        kind = kind_of(path)
        if kinds.get(kind, 0) >= PAGES_OF_ONE_KIND:
            continue
        kinds[kind] = kinds.get(kind, 0) + 1
        page = client.get(path, follow=True)
        assert page.status_code < 500, path
        if "html" not in page.get("Content-Type", ""):
            continue
        read = Reader(page.content.decode())
        yield path, read
        for link in read.links:
            found = urljoin(path, link.split("#")[0])
            left_out = any(words in found for words in LEFT_OUT)
            if found.startswith("/") and found not in seen and not left_out:
                seen.add(found)
                waiting.append(found)


def spoiled(form: Form) -> Iterator[tuple[str, dict[str, str]]]:
    kept = {"csrfmiddlewaretoken", "action", "token"}
    fields = [name for name in form.fields if name not in kept]
    for what, value in ODD.items():
        yield f"everything is {what}", form.fields | dict.fromkeys(fields, value)


def send(client: Client, path: str, form: Form, data: dict[str, str]) -> int:
    """Send it as a browser does, and undo what it did."""
    raw = {name: value.encode("utf-8", "surrogatepass") for name, value in data.items()}
    undone = transaction.atomic()
    undone._from_testcase = True  # type: ignore[attr-defined]  # durable ones may stand inside
    with undone:
        session = dict(client.cookies)
        ask = client.post if form.method == "post" else client.get
        answer = ask(urljoin(path, form.action), raw)
        transaction.set_rollback(True)
        client.cookies.update(session)
    return int(answer.status_code)


def test_no_form_fails(world: World) -> None:  # noqa: F811
    client = world.clients["customer"]()
    client.raise_request_exception = False
    failed, tried = [], set[tuple[str, str, tuple[str, ...]]]()
    for path, page in list(pages(client, "/")):
        for form in page.forms:
            known = (kind_of(urljoin(path, form.action)), form.method, tuple(form.fields))
            if known in tried or any(words in form.action for words in LEFT_OUT):
                continue
            tried.add(known)
            failed += [
                f"{form.method} {urljoin(path, form.action)}: {what}"
                for what, data in spoiled(form)
                if send(client, path, form, data) >= 500
            ]
    assert not failed, "\n".join(failed)
    assert len(tried) > 15
