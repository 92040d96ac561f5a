"""What the paper says: the facts of the day it was issued, in embedded fonts, on one page."""

import hashlib
import io
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import segno
from pypdf import PdfReader

from contracts import certificate_document, services
from contracts.certificate_document import code_of, draw, draw_all, glyphs, verify_address
from contracts.models import Certificate, Customer
from supportdesk.signing import keyring
from supportdesk.signing.verifier import verify
from tests.builders import a_contract, a_customer, a_period, a_product
from tests.contracts.certificates import (
    NOW,
    a_signed_certificate,
    certificate_of,
    pages_of,
    sign_all,
    words_of,
)
from tests.signing.keys import a_key_ring

pytestmark = pytest.mark.django_db

NASTY = '株式会社①㈱髙﨑𠮷 #eval("1+1") $x^2$ *a* _b_ <c> @d \\u{41} // //* `raw` [e] "\''


def test_it_says_what_the_row_keeps(tmp_path: Path) -> None:
    certificate = a_signed_certificate(tmp_path)

    said = words_of(draw(certificate))

    for words in (
        "年間サポート証書",
        certificate.number,
        "2025年11月10日",
        "株式会社あおば工業御中",
        "desknet'sNEO分散サーバー",
        "desknet'sNEO分散サーバー年間サポート",
        "2025年12月1日〜2026年11月30日",
        "初年度",
        certificate.contract_number,
        "本社",
        "9:00〜12:00、13:00〜17:30",
        "約款3(4)",
        "年間サポートデスク",
        "2026a",
    ):
        assert words in said, words
    assert "差し替えるものです" not in said
    assert "購入日" not in said


def test_a_first_year_says_from_which_day_it_covers_3_1(tmp_path: Path) -> None:
    order = a_period(accepted_on="2025-11-10", purchased_on="2025-11-05")
    said = words_of(draw(a_signed_certificate(tmp_path, order)))
    assert "ご購入日の2025年11月5日から" in said
    assert "約款3(1)" in said


def test_a_recontinuation_is_named_as_it_was_sold_3_3(tmp_path: Path) -> None:
    contract = a_contract()
    a_period(contract, accepted_on="2023-11-10")
    again = a_period(contract, accepted_on="2026-02-10")
    said = words_of(draw(a_signed_certificate(tmp_path, again)))
    assert "再継続年間サポート" in said
    assert "Re-continuation" in said


def test_a_correction_names_what_it_replaces(tmp_path: Path) -> None:
    order = a_period(accepted_on="2025-11-10")
    old = certificate_of(order)
    services.replace_certificate(
        old,
        starts_on=date(2025, 12, 1),
        ends_on=date(2026, 12, 15),
        reason="営業部の合意",
        by=None,
        now=NOW,
    )
    said = words_of(draw(a_signed_certificate(tmp_path, order)))
    assert f"証書番号{old.number}を差し替えるものです" in said
    assert "2026年12月15日" in said
    assert "営業部の合意" not in said


def test_the_fonts_are_inside_and_only_what_is_needed_of_them(tmp_path: Path) -> None:
    pdf = draw(a_signed_certificate(tmp_path))
    fonts = [
        font.get_object()
        for page in PdfReader(io.BytesIO(pdf)).pages
        for font in page["/Resources"]["/Font"].values()  # type: ignore[index]
    ]
    names = {str(font["/BaseFont"]) for font in fonts}
    assert {name.partition("+")[2].partition("-")[0] for name in names} == {
        "NotoSansJP",
        "NotoSerifJP",
    }
    for font in fonts:
        descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        assert "/FontFile3" in descriptor
    assert len(pdf) < 150_000  # the whole fonts are 12 MB


def test_it_is_made_to_be_kept_and_to_be_read_aloud(tmp_path: Path) -> None:
    certificate = a_signed_certificate(tmp_path)
    reader = PdfReader(io.BytesIO(draw(certificate)))
    metadata = str(reader.xmp_metadata and reader.xmp_metadata.rdf_root.toxml())
    assert reader.metadata
    assert reader.metadata.title == f"年間サポート証書 {certificate.number}"
    assert reader.trailer["/Root"]["/Lang"] == "ja"  # type: ignore[index]
    assert "<pdfaid:part>2</pdfaid:part>" in metadata
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata


def test_the_same_facts_give_the_same_bytes(tmp_path: Path) -> None:
    certificate = a_signed_certificate(tmp_path)
    drawn = {hashlib.sha256(draw(certificate)).hexdigest() for _again in range(3)}
    assert len(drawn) == 1


def test_what_people_typed_is_never_code(tmp_path: Path) -> None:
    customer = a_customer(NASTY)
    contract = a_contract(customer, a_product(NASTY[:110]), site="#panic() ${1}")
    said = words_of(draw(a_signed_certificate(tmp_path, a_period(contract))))
    assert "".join(NASTY.split()) in said
    assert "#panic()${1}" in said


@pytest.mark.parametrize(
    ("name", "printed", "note"),
    [
        ("株式会社𠮷野家髙﨑", "株式会社𠮷野家髙﨑御中", None),
        ("有限会社さかな🐟本舗", "有限会社さかな〓本舗御中", "U+1F41F"),
        ("한국 서포트", "〓〓〓〓〓御中", "U+D55C"),
        ("カ\u3099ラス\u200b工房", "ガラス工房御中", None),
        ("神\ufa19社", "神\ufa19社御中", None),
        ("株式会社\x01\r\n改行\u2028社", "株式会社改行社御中", None),
        ("株式会社\ue000私用", "株式会社〓私用御中", "U+E000"),
    ],
)
def test_no_character_turns_into_an_empty_box(
    tmp_path: Path, name: str, printed: str, note: str | None
) -> None:
    order = a_period(a_contract(a_customer(name)))
    said = words_of(draw(a_signed_certificate(tmp_path, order)))
    assert printed in said
    assert (note in said) if note else ("代わりです" not in said)


def test_every_character_that_counts_as_printable_is_drawn() -> None:
    assert all(glyphs.is_printable(character) for character in "𠮷髙﨑①㈱〓ｱAé、。ー−〜\U000e0100")
    assert not any(glyphs.is_printable(character) for character in "🐟한们\x00")


def test_the_longest_names_stay_on_one_page(tmp_path: Path) -> None:
    product = a_product("製" * 120)
    type(product).objects.filter(pk=product.pk).update(support_name="援" * 160)
    contract = a_contract(a_customer("あ" * 120), product, site="設" * 80)
    order = a_period(contract, accepted_on="2025-11-10", purchased_on="2025-11-05")
    old = certificate_of(order)
    services.replace_certificate(
        old, starts_on=old.starts_on, ends_on=old.ends_on, reason="誤記", by=None, now=NOW
    )
    said = words_of(draw(a_signed_certificate(tmp_path, order)))
    assert "あ" * 120 + "御中" in said
    assert "援" * 160 in said


def test_renaming_and_rearranging_changes_nothing_of_what_was_issued(tmp_path: Path) -> None:
    order = a_period(accepted_on="2025-11-10")
    customer = order.contract.customer
    Customer.objects.filter(pk=customer.pk).update(name="株式会社あたらしい名前")
    order.contract.product.name = "新製品名"
    order.contract.product.save(update_fields=["name"])
    said = words_of(draw(a_signed_certificate(tmp_path, order)))
    assert "株式会社あおば工業御中" in said
    assert "あたらしい" not in said
    assert "新製品名" not in said


def test_the_code_leads_to_the_page_that_checks_it_and_the_text_in_it_verifies(
    tmp_path: Path, settings: Any
) -> None:
    settings.SITE_URL = "https://support.example"
    with a_key_ring(tmp_path):
        order = a_period(accepted_on="2025-11-10")
        services.sign_certificates(now=NOW)
        certificate = certificate_of(order)
        address = verify_address(certificate.signed_text)
        front, _equals, text = address.partition("?t=")
        verdict = verify(
            text,
            keyring.public_keys().keys,
            document_type="support-certificate",
            on=date(2026, 1, 1),
        )
    assert front == "https://support.example/verify/"
    assert verdict.ok
    assert verdict.document["number"] == certificate.number
    code = code_of(certificate.signed_text)
    segments: Any = [f"{front}?t=", text]
    assert code.matrix == segno.make(segments, error="m", boost_error=False, micro=False).matrix
    assert code.error == "M"
    # 38 mm on the paper, four modules of white around: each module at least 0.4 mm.
    assert 38 / code.symbol_size(border=0)[0] > 0.4


def test_the_code_on_the_page_is_the_code(tmp_path: Path, monkeypatch: Any) -> None:
    certificate = a_signed_certificate(tmp_path)
    given: list[dict[str, Any]] = []

    def compiled(papers: list[dict[str, Any]], *, title: str) -> bytes:
        given.extend(papers)
        return b""

    monkeypatch.setattr(certificate_document, "_compile", compiled)
    draw(certificate)
    (paper,) = given
    matrix = code_of(certificate.signed_text).matrix
    dark = {(x, y) for y, row in enumerate(matrix) for x, module in enumerate(row) if module}
    assert _modules(paper["qr"]) == dark


def _modules(svg: str) -> set[tuple[int, int]]:
    """The dark modules of a drawing that goes line by line: M to begin, m to move, h to draw."""
    path = re.search(r' d="([^"]+)"', svg)
    assert path
    found, x, y = set(), 0, -0.5
    for verb, first, second in re.findall(r"([Mmh])(-?[\d.]+)(?: (-?[\d.]+))?", path[1]):
        if verb == "h":
            found |= {(x + step, int(y)) for step in range(int(first))}
            x += int(first)
        else:
            x, y = x + int(first), y + float(second) if verb == "m" else float(second)
    return found


def test_copies_in_a_collection_are_a_page_each_and_say_what_no_longer_counts(
    tmp_path: Path,
) -> None:
    contract = a_contract()
    orders = [a_period(contract, accepted_on=f"{year}-11-10") for year in (2024, 2025)]
    sign_all(tmp_path)
    old, new = map(certificate_of, orders)
    pdf = draw_all(
        [(new, ("", "")), (old, ("差し替え済み", "新しい証書は 2026-000009 です"))], title="控え"
    )
    first, second = pages_of(pdf)
    assert new.number in first
    assert first.count("差し替え済み") == second.count("差し替え済み") - 1
    assert "新しい証書は" not in first
    assert old.number in second
    assert "新しい証書は2026-000009です" in second


def test_nothing_is_drawn_before_it_is_signed() -> None:
    certificate = certificate_of(a_period())
    with pytest.raises(ValueError, match="not signed"):
        draw(certificate)
    with pytest.raises(ValueError, match="nothing"):
        draw_all([], title="控え")
    assert not Certificate.objects.signed().exists()
