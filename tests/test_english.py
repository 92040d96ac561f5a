"""English is the second language: a reader's choice in the footer, and nothing but English then."""

import re
from collections.abc import Iterator

import pytest
from babel.messages.catalog import Message
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import translation

from contracts.models import Contact, Contract, Product
from licensing.models import License
from supportdesk.business_calendar.models import Closure, TermsVersion
from supportdesk.business_calendar.services import load_calendar
from supportdesk.outbox.models import Mail
from supportdesk.promises.models import Promise
from tests import catalogue
from tests.builders import a_contact, a_contract, a_customer, a_period, a_product
from tests.catalogue import asked, told
from tests.clock import set_desk_clock
from tests.inquiries.desk import Form
from tests.licensing import visitor
from tests.licensing.builders import a_license
from tests.look.pages import announce_the_pictured
from tests.spoken import spoken

_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|{\w+}|</?\w+[^>]*>")
_JAPANESE = re.compile(r"[ぁ-ゖァ-ヺー一-鿿々、。「」（）〜：；？！［］【】]+")
# Columns of a file that is read by their Japanese names.
_COLUMNS = re.compile("名称|開始日|終了日|開始時刻|終了時刻")


# --- The catalogue --------------------------------------------------------------


def test_every_text_has_its_english() -> None:
    """`make messages` brings in what is new; then it wants its translation."""
    english = catalogue.english()
    missing = [
        f"{message.locations[0][0]}: {asked(message)}"
        for message in catalogue.messages(catalogue.found())
        if not _translated(english.get(asked(message)), plural=message.pluralizable)
    ]
    assert missing == []


def _translated(known: Message | None, *, plural: bool) -> bool:
    texts = told(known)
    return bool(texts) and all(texts) and (len(texts) > 1 or not plural)


def test_what_is_filled_in_is_the_same_in_both_languages() -> None:
    differing = [
        (asked(message), text)
        for message in catalogue.messages(catalogue.english())
        for text in told(message)
        if sorted(_PLACEHOLDER.findall(text)) != sorted(_PLACEHOLDER.findall(asked(message)))
    ]
    assert differing == []


def test_no_japanese_is_left_in_the_english() -> None:
    texts = [text for message in catalogue.messages(catalogue.english()) for text in told(message)]
    assert [text for text in texts if _JAPANESE.search(_COLUMNS.sub("", text))] == []


# --- The pages --------------------------------------------------------------------


pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _only_here() -> Iterator[None]:
    """A request leaves its language behind: the next test is asked in Japanese again."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


@pytest.fixture(autouse=True)
def _compiled() -> None:
    catalogue.compile_english()


def test_an_english_page_has_no_japanese_but_names() -> None:
    pages = _everything("en")
    names = _names()
    found = {address: _japanese_in(page, names) for address, page in pages.items()}
    assert {address: words for address, words in found.items() if words} == {}


def _japanese_in(page: str, names: list[str]) -> list[str]:
    assert '<html lang="en">' in page
    left = []
    for text in spoken(page):
        words = text
        for name in names:
            words = words.replace(name, "")
        if _JAPANESE.search(words):
            left.append(" ".join(text.split()))
    return left


def _names() -> list[str]:
    """What has its Japanese name only, the longest first."""
    found = [
        *load_calendar().holidays.values(),
        *Closure.objects.values_list("name", flat=True),
        *TermsVersion.objects.values_list("title", flat=True),
        *TermsVersion.objects.values_list("number", flat=True),
        *License.objects.values_list("label", flat=True),
        *Product.objects.values_list("support_name", flat=True),
        *Product.objects.values_list("recontinuation_name", flat=True),
        "日本語",  # whoever looks for it reads it
        *(contract.label for contract in Contract.objects.all()),
    ]
    return sorted(set(found), key=len, reverse=True)


def test_a_japanese_page_has_no_english_but_names() -> None:
    found = {address: _english_in(page) for address, page in _everything("ja").items()}
    assert {address: words for address, words in found.items() if words} == {}


_NAMES = re.compile(
    r"\b\w+\.(py|json|txt)\b|KB|\b(QR|Python)\b"
    r"|desknet's( NEO|シリーズ)?|Example Ltd|Taro Yamada|Head Office|Osaka"
    r"|Windows Server|RHEL|DMZ|English|\bR2\.0"
    r"|\S+@\S+|\S+\.example[\w.]*|\baoba-app\d+|\b[A-Z]+-[\w-]+"
    r"|\b[0-9A-Z]{4}(-[0-9A-Z]{4})+|\b(txt|log|csv|zip|png|jpg|ics|PDF|CSV|MB|OS|MAC)\b",
    re.ASCII,  # a name ends where Japanese begins
)


def _english_in(page: str) -> list[str]:
    assert '<html lang="ja">' in page
    return re.findall(r"[A-Za-z][A-Za-z'’]+", _NAMES.sub(" ", " ".join(spoken(page))))


def test_the_footer_changes_the_language_and_changes_it_back(client: Client) -> None:
    for language, title in (("en", "Annual support terms"), ("ja", "年間サポート約款")):
        wish = {"language": language, "next": "/terms/"}
        page = client.post(reverse("set_language"), wish, follow=True).content.decode()
        assert f'<html lang="{language}">' in page
        assert f"<title>{title}" in page


def test_mails_and_the_ledger_are_in_the_desks_language_whatever_the_page_is_in() -> None:
    """The customer reads English here; staff, who are told of it, do not."""
    set_desk_clock("2026-11-20 17:05")
    client = _client("en", contact := _a_customer())
    _inquiry(client, contact)
    _application(client, contact)
    told_others = [
        *Mail.objects.values_list("subject", flat=True),
        *Promise.objects.filter(subject_kind="application").values_list("subject_label", flat=True),
    ]
    assert len(told_others) > 4
    assert [words for words in told_others if not _JAPANESE.search(words)] == []


def _everything(language: str) -> dict[str, str]:
    """Each customer page once, by its address."""
    set_desk_clock("2026-11-20 17:05")
    announce_the_pictured()
    contact = _a_customer()
    client = _client(language, contact)
    steps = _inquiry(client, contact) | _application(client, contact)
    return (
        {f"signed out {path}": page for path, page in _linked(_client(language), _OPEN).items()}
        | _linked(client, _STARTS)
        | steps
    )


_OPEN = ["/", "/sign-in/", "/terms/"]
_STARTS = ["/", "/calendar/?at=2026-11-21+22:00", "/calendar/?month=2026-12&at=x", "/nothere/"]


def _a_customer() -> Contact:
    """Covered for one product, no longer for another site."""
    contact = a_contact(a_customer("Example Ltd"), "Taro Yamada")
    product = a_product("desknet's NEO")
    covered = a_contract(contact.customer, product, "Head Office")
    a_period(covered, accepted_on="2025-11-10")
    lapsed = a_contract(contact.customer, product, "Osaka")
    a_period(lapsed, accepted_on="2023-08-10", purchased_on="2023-08-01")
    a_period(lapsed, accepted_on="2024-10-10")
    a_license(contact, contract=covered)
    a_license(contact, contract=lapsed)
    return contact


def _client(language: str, contact: Contact | None = None) -> Client:
    client = Client(headers={"accept-language": language})
    if contact:
        client.force_login(contact.user)
    return client


def _inquiry(client: Client, contact: Contact) -> dict[str, str]:
    """The three screens, with mistakes and without; one more, not covered, is to be checked."""
    covered, lapsed = Contract.objects.filter(customer=contact.customer).order_by("pk")
    form = Form(client, covered, typed={"subject": "7.5 → 7.6", "text": "7.5 → 7.6? " * 3})
    pages = {"inquiry with mistakes": _text(client.post("/inquiries/new/", {"action": "confirm"}))}
    form.type()
    pages["inquiry, check"] = _text(form.look())
    sent = form.send()
    pages["inquiry, done"] = _text(client.get(sent["Location"]))
    other = Form(client, lapsed, typed=form.typed)
    other.type()
    pages["not covered, check"] = _text(other.look())
    return pages


def _application(client: Client, contact: Contact) -> dict[str, str]:
    first, second = License.objects.filter(contract__customer=contact.customer).order_by("pk")
    start = visitor.start(client)
    pages = {"application with mistakes": _text(client.post(start, {}))}
    confirm = visitor.fill_in(client, visitor.typed(first), start)
    pages["application, check"] = _text(client.get(confirm))
    sent = visitor.send_from(client, confirm)
    pages["application, done"] = _text(client.get(sent["Location"]))
    held = visitor.fill_in(client, visitor.typed(second))
    pages["held application, check"] = _text(client.get(held))
    sent = visitor.send_from(client, held)
    pages["held application, done"] = _text(client.get(sent["Location"]))
    return pages


def _text(response: object) -> str:
    return str(response.content.decode())  # type: ignore[attr-defined]


_FILES = ("/calendar/desk.ics", "/.well-known/")
_ELSEWHERE = ("/static/", "/staff", "/language/", "/sign-out/", "/demo/", *_FILES)


def _linked(client: Client, starts: list[str]) -> dict[str, str]:
    """The pages that links lead to from these, each address once whatever it asks for."""
    pages: dict[str, str] = {}
    waiting, seen = list(starts), {path.partition("?")[0] for path in starts}
    while waiting:
        path = waiting.pop(0)
        response = client.get(path, follow=True)
        pages[path] = _text(response)
        for link in re.findall(r'href="(/[^"#?]*)', pages[path]):
            if link not in seen and not link.startswith(_ELSEWHERE):
                seen.add(link)
                waiting.append(link)
    return pages
