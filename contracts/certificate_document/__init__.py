"""The certificate as a PDF on A4: the facts that its row keeps, in and outside the signature.

The same facts give the same bytes, by this version of the template and of typst. Drawing reads
nothing but the template and the fonts: no network, no package, no other file. What people typed
goes in as data and never becomes code. The file is PDF/A-2a and PDF/UA-1, fonts inside.
"""

import io
import json
import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pylopdf_fonts_jp
import segno
import typst
from django.conf import settings

from contracts.certificate_document.glyphs import SUBSTITUTE, is_printable
from contracts.models import Certificate

_HERE = Path(__file__).parent
_INK = "#15202B"
# Both languages stand on the paper, whoever asks for it.
_KINDS = {
    "initial": ("初年度", "First year"),
    "renewal": ("更新", "Renewal"),
    "late_renewal": ("満了後の更新", "Late renewal"),
    "recontinuation": ("再継続", "Re-continuation"),
}
# Printed on paper for years: this address never moves.
_VERIFY_PAGE = "/verify/"
_ACCENTED = re.compile(r".[\u0300-\u036f\u3099\u309a]+")


def draw(certificate: Certificate) -> bytes:
    """One signed certificate as PDF. Raises ValueError before it is signed."""
    return _compile([_paper(certificate)], title=f"年間サポート証書 {certificate.number}")


def draw_all(certificates: Sequence[tuple[Certificate, tuple[str, str]]], *, title: str) -> bytes:
    """Copies of several signed certificates in one PDF, a page each.

    Beside each certificate stand a word and a sentence to mark its page with, empty for one in
    force. Raises ValueError for none at all, or for one that is not signed yet.
    """
    if not certificates:
        raise ValueError("nothing to draw")
    return _compile([_paper(one, *mark) for one, mark in certificates], title=title)


def verify_address(signed_text: str) -> str:
    """Where the code on the paper leads: the page that checks the text it carries."""
    return f"{_verify_page()}?t={''.join(signed_text.split())}"


def code_of(signed_text: str) -> segno.QRCode:
    """The code to scan: two segments, so that the text takes two thirds of the room.

    Level M: it still reads with 15 % of it gone, and its modules stay large on paper.
    """
    address = verify_address(signed_text)
    text = "".join(signed_text.split())
    front = address.removesuffix(text)
    segments: Any = [front, text]  # segno takes a list, its types do not say so
    return segno.make(segments, error="m", boost_error=False, micro=False)


def _compile(papers: list[dict[str, Any]], *, title: str) -> bytes:
    compiler = typst.Compiler(
        _HERE / "certificate.typ",
        root=_HERE,
        font_paths=_fonts(),
        sys_inputs={"papers": json.dumps(papers), "title": title},
        package_path=_HERE / "no-packages",
        package_cache_path=_HERE / "no-packages",
    )
    pdf = compiler.compile(format="pdf", pdf_standards=["a-2a", "ua-1"])
    assert isinstance(pdf, bytes)  # noqa: S101  one file, whatever the number of pages
    return pdf


@cache
def _fonts() -> typst.Fonts:
    folder = pylopdf_fonts_jp.serif_path().parent
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder]
    )


def _paper(certificate: Certificate, mark: str = "", mark_detail: str = "") -> dict[str, Any]:
    """What the template prints, each text with what these fonts can print."""
    if not certificate.signed_text:
        raise ValueError(f"certificate {certificate.number} is not signed yet")
    words, unprintable = _printable(_words(certificate))
    in_advance = certificate.entitled_from < certificate.starts_on
    return words | {
        "unprintable": "、".join(f"U+{ord(character):04X}" for character in unprintable),
        "title": f"年間サポート証書 {certificate.number}",
        "issued": _parts(certificate.issued_on),
        "starts": _parts(certificate.starts_on),
        "ends": _parts(certificate.ends_on),
        "entitled": _parts(certificate.entitled_from) if in_advance else None,
        "quantity": certificate.quantity,
        "kind_en": _KINDS[certificate.kind][1],
        "replaces": certificate.replaces.number if certificate.replaces else "",
        "qr": _drawing(code_of(certificate.signed_text)),
        "verify_url": _verify_page().partition("//")[2],
        "kid": certificate.kid,
        "mark": mark,
        "mark_detail": mark_detail,
    }


def _drawing(code: segno.QRCode) -> str:
    """As SVG, without a border: the page around it is white enough."""
    svg = io.BytesIO()
    code.save(svg, kind="svg", border=0, dark=_INK, xmldecl=False)
    return svg.getvalue().decode()


def _words(certificate: Certificate) -> dict[str, str]:
    printed: dict[str, str] = certificate.printed
    return {
        "number": certificate.number,
        "customer": certificate.customer_name,
        "product": certificate.product_name,
        "support": certificate.support_name,
        "contract": certificate.contract_number,
        "site": certificate.site,
        "service_number": certificate.support_service_number or "—",
        "kind": _KINDS[certificate.kind][0],
        **{name: printed[name] for name in ("issuer", "issuer_address", "desk", "hours", "terms")},
        "desk_url": printed["desk_url"].partition("//")[2],
    }


def _printable(words: dict[str, str]) -> tuple[dict[str, str], list[str]]:
    """The words with a sign in place of what the fonts lack, and what that was."""
    composed = {name: _one_line(text) for name, text in words.items()}
    lacking = dict.fromkeys(
        character for text in composed.values() for character in text if not is_printable(character)
    )
    table = {ord(character): SUBSTITUTE for character in lacking}
    return {name: text.translate(table) for name, text in composed.items()}, list(lacking)


def _one_line(text: str) -> str:
    """Accents composed as the fonts have them; line ends and what nobody sees left out.

    Not all is normalised: NFC would print another form of some characters of names.
    """
    composed = _ACCENTED.sub(lambda found: unicodedata.normalize("NFC", found[0]), text)
    unseen = {"Cc", "Cf"}
    seen = (one for one in composed if one.isspace() or unicodedata.category(one) not in unseen)
    return " ".join("".join(seen).split())


def _parts(day: date) -> list[int]:
    return [day.year, day.month, day.day]


def _verify_page() -> str:
    return f"{settings.SITE_URL}{_VERIFY_PAGE}"
