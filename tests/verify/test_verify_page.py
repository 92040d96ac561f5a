"""Anybody checks a certificate or a key by its signed text, and learns no more than that."""

import logging
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from contracts import services as contracts
from contracts.domain.certificates import CertificateFields
from contracts.models import Certificate, Order
from licensing import services as licensing
from licensing.models import Key
from supportdesk.outbox import sealing
from supportdesk.signing import codec, keyring
from tests.builders import a_contract, a_customer, a_period, a_product, a_staff_member
from tests.clock import set_desk_clock, tokyo
from tests.licensing.builders import an_application
from tests.signing.keys import a_key_ring

pytestmark = pytest.mark.django_db(transaction=True)
TODAY = "2026-11-20 16:58"


@pytest.fixture(autouse=True)
def _ring(tmp_path: Path) -> Iterator[None]:
    set_desk_clock(TODAY)
    with a_key_ring(tmp_path, "2026a", "2027a"):
        yield


def a_certificate(accepted_on: str = "2025-12-15") -> Certificate:
    order = a_period(
        a_contract(a_customer("株式会社あおば工業"), a_product("desknet's NEO")), accepted_on
    )
    contracts.sign_certificates(now=tokyo("2026-01-05 10:00"))
    return Certificate.objects.get(order=order)


def a_key() -> tuple[Key, str]:
    an_application("2026-11-20 16:50")
    licensing.issue_due(now=tokyo("2026-11-20 16:55"))
    key = Key.objects.exclude(kid="").latest("pk")
    return key, sealing.unseal(bytes(key.sealed_text)).decode()


def visitor() -> Client:
    return Client(headers={"accept-language": "ja"})


def asked(response: Any) -> str:
    """What stands in the verdict's panel, or nothing."""
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    html = response.content.decode()
    panel = re.search(r'<section class="promise promise-hero.*?</section>', html, re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", panel[0]).split()) if panel else ""


def by_link(certificate: Certificate) -> str:
    return asked(visitor().get("/verify/", {"t": "".join(certificate.signed_text.split())}))


def pasted(text: str, **more: Any) -> str:
    return asked(visitor().post("/verify/", {"text": text, **more}))


# --- Certificates ---------------------------------------------------------------------------


def test_a_certificate_in_force_says_product_kind_and_dates() -> None:
    certificate = a_certificate()

    said = by_link(certificate)
    assert "本物の証書です。いま有効です" in said
    for fact in (
        certificate.number,
        "desknet&#x27;s NEO",
        "初年度",
        "2026年1月1日(木) 〜 2026年12月31日(木)",
        "in_force",
    ):
        assert fact in said


def test_it_says_nothing_of_the_customer() -> None:
    certificate = a_certificate()
    contract = certificate.order.contract

    response = visitor().get("/verify/", {"t": "".join(certificate.signed_text.split())})
    for secret in ("あおば工業", contract.number, contract.site, contract.customer.number):
        assert secret not in response.content.decode()


@pytest.mark.parametrize(
    ("at", "verdict"),
    [
        ("2025-12-14 12:00", "期間はまだ始まっていません"),
        ("2026-01-01 00:00", "いま有効です"),
        ("2026-12-31 23:59:59", "いま有効です"),
        ("2027-01-01 00:00", "期間は終わりました"),
    ],
)
def test_a_certificate_counts_on_tokyo_days(at: str, verdict: str) -> None:
    certificate = a_certificate()
    set_desk_clock(at)

    assert verdict in by_link(certificate)


def test_one_that_was_replaced_names_its_successor() -> None:
    certificate = a_certificate()
    correction = contracts.replace_certificate(
        certificate,
        starts_on=certificate.starts_on,
        ends_on=date(2027, 1, 31),
        reason="書き間違い",
        by=a_staff_member(),
        now=tokyo(TODAY),
    )

    said = by_link(certificate)
    assert "本物の証書ですが、差し替えられています" in said
    assert correction.number in said


def test_one_whose_order_was_withdrawn_is_told() -> None:
    certificate = a_certificate()
    Order.objects.filter(pk=certificate.order_id).update(
        withdrawn_at=tokyo(TODAY), withdrawal_reason="取り消し"
    )

    assert "取り消されました" in by_link(certificate)


def test_a_genuine_one_that_is_not_in_our_books_is_said_to_be_so() -> None:
    fields = CertificateFields(
        number="1999-000001",
        issued_on=date(2026, 1, 1),
        kind="initial",
        product="no-such-product",
        quantity=1,
        contract="S-1",
        entitled_from=date(2026, 1, 1),
        starts_on=date(2026, 1, 1),
        ends_on=date(2026, 12, 31),
    )
    said = pasted(keyring.signer().sign(fields.as_document()))

    assert "署名は本物ですが、当社の記録にありません" in said
    assert "いま有効です" not in said


def test_two_certificates_of_one_number_are_an_alarm() -> None:
    """Only somebody with the private key could write it; the desk's own record decides."""
    certificate = a_certificate()
    longer = {**certificate.fields.as_document(), "until": "2036-12-31"}
    said = pasted(keyring.signer().sign(longer))

    assert "当社の記録と内容が違います" in said
    assert "2036" not in said


def test_a_certificate_is_read_from_a_file_and_from_a_pasted_link_and_mail() -> None:
    certificate = a_certificate()
    file = SimpleUploadedFile("c.txt", b"\xef\xbb\xbf" + certificate.signed_text.encode())
    link = "https://desk.example/verify/?t=" + "".join(certificate.signed_text.split())
    mail = f"株式会社あおば工業 御中\r\n\r\n> {certificate.signed_text}\n\n--\n年間サポートデスク"

    for said in (pasted("", file=file), pasted(link), pasted(mail)):
        assert "本物の証書です。いま有効です" in said


# --- Keys -------------------------------------------------------------------------------------


def test_a_key_says_class_product_serial_and_dates_but_no_server() -> None:
    key, text = a_key()

    response = visitor().post("/verify/", {"text": text})
    said = asked(response)
    for fact in (
        "本物のキーです。いま使えます",
        "期限はありません",
        key.serial,
        "正式キー",
        "current",
    ):
        assert fact in said
    for secret in (key.server_name, key.host_code, key.license.number + " ", "あおば工業"):
        assert secret not in said
    assert text.split()[3] not in response.content.decode()  # read: no longer on the screen


def test_a_typed_host_code_is_compared() -> None:
    key, text = a_key()

    assert "一致しました" in pasted(text, host=key.shown_host_code.lower())
    other = "000799853048413E"
    said = pasted(text, host=other)
    assert "このサーバーのものではありません" in said
    assert key.host_code not in said


def test_a_mistyped_host_code_is_an_error_at_its_field_and_nothing_is_lost() -> None:
    _key, text = a_key()
    response = visitor().post("/verify/", {"text": text, "host": "1234"})

    assert asked(response) == ""
    html = response.content.decode()
    assert 'id="id_host_error"' in html
    assert text.split()[3] in html


def test_a_revoked_key_is_told() -> None:
    key, text = a_key()
    licensing.revoke_key(key, reason="漏えい", by=a_staff_member(), now=tokyo(TODAY))

    said = pasted(text)
    assert "本物のキーですが、取り消されました" in said
    assert "漏えい" not in said


def test_a_superseded_key_is_tolerated_and_then_not() -> None:
    key, text = a_key()
    Key.objects.filter(pk=key.pk).update(
        superseded_at=tokyo(TODAY), tolerated_until=date(2027, 1, 19)
    )

    assert "並行稼働" in pasted(text)
    set_desk_clock("2027-01-20 00:00")
    assert "本物のキーですが、失効しています" in pasted(text)


def test_a_key_in_a_link_is_not_read() -> None:
    _key, text = a_key()
    said = asked(visitor().get("/verify/", {"t": "".join(text.split())}))

    assert "リンクでは確かめられません" in said
    assert _key.serial not in said


def test_a_pasted_key_is_in_no_address_log_or_referrer(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    _key, text = a_key()
    response = visitor().post("/verify/", {"text": text})

    assert response.request["QUERY_STRING"] == ""
    assert 'method="post" action="/verify/"' in response.content.decode()
    assert response["Referrer-Policy"] == "same-origin"
    assert text.split()[3] not in caplog.text


# --- What is not genuine --------------------------------------------------------------------


def test_a_changed_byte_fails_and_a_mistyped_line_is_named() -> None:
    _key, text = a_key()
    lines = text.splitlines()
    lines[2] = lines[2].replace(lines[2][0], "Z" if lines[2][0] != "Z" else "Y", 1)
    response = visitor().post("/verify/", {"text": "\n".join(lines)})

    assert "3行目に違う文字があります" in asked(response)
    assert lines[2] in response.content.decode()  # kept, to be put right


def test_a_forged_one_is_no_certificate() -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    certificate = a_certificate()
    forged = codec.sign(
        certificate.fields.as_document(), kid="2026a", private=Ed25519PrivateKey.generate()
    )

    said = pasted(forged)
    assert "本物ではありません" in said
    assert certificate.number not in said


def test_one_signed_with_a_withdrawn_key_is_believed_no_more() -> None:
    certificate = a_certificate()
    at = datetime(2026, 11, 20, tzinfo=UTC)
    keyring.rotate("2027a", at=at, wait=timedelta())
    keyring.withdraw("2026a", at=at)

    assert "署名に使った鍵が取り消されています" in by_link(certificate)


def test_a_number_alone_shows_nothing() -> None:
    certificate = a_certificate()

    said = pasted(certificate.number)
    assert "番号だけでは確かめられません" in said
    assert "有効" not in said
    assert "番号だけでは確かめられません" in asked(visitor().get("/verify/", {"t": "2026000001"}))


@pytest.mark.parametrize(
    "text",
    [
        "x" * 9000,
        "\u202e" * 400,
        "<script>alert(1)</script>" * 20,
        "あ" * 300,
        "5" * 300,
        "%PDF-1.7",
    ],
)
def test_any_text_gets_an_answer(text: str) -> None:
    response = visitor().post("/verify/", {"text": text})

    assert asked(response) != ""
    assert "<script>alert" not in response.content.decode()


def test_nothing_sent_is_said_at_the_field() -> None:
    response = visitor().post("/verify/", {"text": "  "})

    assert asked(response) == ""
    assert "署名文を貼り付けるか、ファイルを選んでください" in response.content.decode()


@pytest.mark.parametrize(
    "content", [b"", b"\x00\x01\xff\xfe" * 100, b"\xff" * 60_000, b"%PDF-1.7\n" + b"\xe2" * 900]
)
def test_any_file_gets_an_answer(content: bytes) -> None:
    response = visitor().post("/verify/", {"file": SimpleUploadedFile("x.bin", content)})

    assert response.status_code == 200
    assert "本物の" not in asked(response)


def test_a_file_that_is_too_large_is_refused_at_its_field() -> None:
    file = SimpleUploadedFile("x.txt", b"0" * (64 * 1024 + 1))
    response = visitor().post("/verify/", {"file": file})

    assert 'id="id_file_error"' in response.content.decode()


def test_without_public_keys_the_page_says_so(settings: Any) -> None:
    certificate = a_certificate()
    settings.SIGNING_PUBLIC_KEYS = "/nonexistent/public.json"
    response = visitor().post("/verify/", {"text": certificate.signed_text})

    assert response.status_code == 503
    assert "いまは確かめられません" in response.content.decode()


# --- The frame ------------------------------------------------------------------------------


def test_every_page_leads_here() -> None:
    assert '<a href="/verify/">証書・キーを確かめる</a>' in visitor().get("/").content.decode()


def test_the_age_of_the_revocation_list_is_shown_and_a_stale_one_is_said() -> None:
    assert "まだ発行していません" in visitor().get("/verify/").content.decode()
    licensing.publish_revocations(now=tokyo("2026-11-20 10:58"))

    fresh = visitor().get("/verify/").content.decode()
    assert "第1号" in fresh
    assert "6時間" in fresh
    assert "まだ出ていません" not in fresh
    set_desk_clock("2026-11-22 00:00")
    assert "次の号が、まだ出ていません" in visitor().get("/verify/").content.decode()
