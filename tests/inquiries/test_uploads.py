"""Files: judged by name, first bytes and size; kept under names of our own (U-1 … U-14)."""

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from inquiries.domain.uploads import MAX_FILE_BYTES, FileRefusedError, check_file, safe_name
from inquiries.models import Attachment
from tests.clock import set_desk_clock
from tests.inquiries.desk import Form, a_covered_contact, a_file, signed_in, visible

PDF = b"%PDF-1.7\n1 0 obj"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
JPG = b"\xff\xd8\xff\xe0\x00\x10JFIF"
LOG = b"2026-11-20 10:00 started\n"
HTML = b"<!doctype html><script>alert(1)</script>"


def a_zip(*, locked: bool = False) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("../../etc/passwd", "x")
    content = bytearray(out.getvalue())
    content[6] |= locked
    return bytes(content)


TAKEN = [
    # name, bytes, name shown, content type
    ("app.log", LOG, "app.log", "text/plain"),
    ("設定一覧_20261120.pdf", PDF, "設定一覧_20261120.pdf", "application/pdf"),
    ("画面.PNG", PNG, "画面.PNG", "image/png"),
    ("写真.jpeg", JPG, "写真.jpeg", "image/jpeg"),
    ("利用者.csv", "氏名\n佐々木".encode("cp932"), "利用者.csv", "text/csv"),
    ("excel.txt", "氏名".encode("utf-16"), "excel.txt", "text/plain"),
    ("まとめ.zip", a_zip(), "まとめ.zip", "application/zip"),
    ("../../etc/passwd.txt", LOG, "passwd.txt", "text/plain"),  # U-1
    ("..\\..\\x.log", LOG, "x.log", "text/plain"),  # U-1
    ("C:\\Users\\山田\\error.log", LOG, "error.log", "text/plain"),
    ("a.php.jpg", JPG, "a.php.jpg", "image/jpeg"),  # U-3: an image, and never under this name
    ("x\u202egnp.log", LOG, "xgnp.log", "text/plain"),  # U-3
    ("ﾛｸﾞ.txt", LOG, "ログ.txt", "text/plain"),
    ("か\u3099.txt", LOG, "が.txt", "text/plain"),
    (" .app.log. ", LOG, "app.log", "text/plain"),
    ("a\r\nSet-Cookie: x.log", LOG, "a Set-Cookie_ x.log", "text/plain"),
    ("あ" * 300 + ".log", LOG, "あ" * 116 + ".log", "text/plain"),
]


@pytest.mark.parametrize(("name", "head", "shown", "kind"), TAKEN, ids=[row[2] for row in TAKEN])
def test_a_file_is_taken_for_what_it_contains(
    name: str, head: bytes, shown: str, kind: str
) -> None:
    checked = check_file(name=name, head=head, size=len(head))
    assert (checked.name, checked.content_type) == (shown, kind)


REFUSED = [
    # name, bytes, size, why
    (".htaccess", LOG, 10, "type"),  # U-2
    ("\u200b.htaccess", LOG, 10, "type"),  # U-2: cleaned before it is judged
    (" .bashrc", LOG, 10, "type"),
    (".user.ini", LOG, 10, "type"),
    ("x.phtml", LOG, 10, "type"),  # U-3
    ("x.pht", LOG, 10, "type"),
    ("x.svg", b"<svg/>", 10, "type"),  # U-10
    ("x.html\u202etxt.", HTML, 10, "type"),
    ("x.xhtml", HTML, 10, "type"),
    ("x.mht", HTML, 10, "type"),
    ("x.exe", b"MZ", 10, "type"),
    ("noextension", LOG, 10, "type"),
    ("", LOG, 10, "no_name"),
    ("\u200b/\u3000", LOG, 10, "no_name"),
    ("app.log", b"", 0, "empty"),  # U-5
    ("app.log", LOG, MAX_FILE_BYTES + 1, "too_large"),
    ("screen.png", HTML, 10, "content"),  # U-8
    ("screen.png", b"MZ\x90\x00", 10, "content"),
    ("manual.pdf", b"#!/bin/sh\nrm -rf /", 10, "content"),
    ("app.log", b"MZ\x90\x00\x03", 10, "content"),
    ("app.log", b"\x7fELF\x02\x01", 10, "content"),
    ("app.txt", b"binary\x00data", 10, "content"),
    ("fake.zip", LOG, 10, "content"),
]


@pytest.mark.parametrize(("name", "head", "size", "why"), REFUSED)
def test_a_file_that_cannot_be_kept_is_refused_with_its_reason(
    name: str, head: bytes, size: int, why: str
) -> None:
    with pytest.raises(FileRefusedError) as refused:
        check_file(name=name, head=head, size=size)
    assert refused.value.fault == why


@pytest.mark.parametrize("size", [MAX_FILE_BYTES - 1, MAX_FILE_BYTES])
def test_the_limit_itself_is_taken(size: int) -> None:
    assert check_file(name="big.log", head=LOG, size=size)


def test_an_encrypted_zip_is_taken_unopened_and_marked() -> None:
    """U-6: common here, never opened."""
    assert check_file(name="x.zip", head=a_zip(locked=True), size=200).locked
    assert not check_file(name="x.zip", head=a_zip(), size=200).locked


def test_no_name_leads_out_of_its_folder() -> None:
    for name in (
        "../x",
        "..",
        "....//x.log",
        "/etc/passwd",
        "a/../../b.txt",
        "~/x.log",
        "x.log/..",
    ):
        assert "/" not in safe_name(name)
        assert not safe_name(name).startswith(".")


# --- Through the form ------------------------------------------------------------------------


@pytest.fixture
def form(db: None) -> Form:
    contact, contract = a_covered_contact()
    set_desk_clock("2026-11-20 17:05")
    return Form(signed_in(contact.user), contract)


def attached(form: Form) -> list[Attachment]:
    return list(Attachment.objects.filter(draft_id=form.token))


def test_on_disk_it_has_a_name_of_our_own_outside_the_web_root(form: Form) -> None:
    form.type(attachments=[a_file("秘密の資料.pdf", PDF)])
    (file,) = attached(form)
    (path,) = [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]
    assert path.name == file.pk.hex
    assert path.read_bytes() == PDF
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_refused_file_is_named_and_the_others_are_kept(form: Form) -> None:
    page = form.type(attachments=[a_file("app.log"), a_file("x.svg", b"<svg/>")])
    assert page.status_code == 200
    assert "x.svg：この形式は添付できません" in visible(page)
    assert [file.name for file in attached(form)] == ["app.log"]


def test_the_sixth_file_is_refused_with_what_to_do(form: Form) -> None:
    page = form.type(attachments=[a_file(f"{n}.log") for n in range(6)])
    assert "添付できるのは 5つまでです" in visible(page)
    assert len(attached(form)) == 5


def test_twenty_one_files_at_once_are_a_plain_400(form: Form) -> None:
    files = [a_file(f"{n}.log") for n in range(21)]
    assert form.type(attachments=files).status_code == 400


def test_a_file_can_be_taken_off_again_without_javascript(
    form: Form, django_capture_on_commit_callbacks: Any
) -> None:
    form.type(attachments=[a_file("a.log"), a_file("b.log")])
    first = attached(form)[0]
    with django_capture_on_commit_callbacks(execute=True):
        form.client.post("/inquiries/new/", form.fields(action=f"remove:{first.pk}"))
    assert [file.name for file in attached(form)] == ["b.log"]
    assert len([path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]) == 1


@pytest.mark.parametrize("target", ["", "x", "00000000-0000-0000-0000-000000000000", "'"])
def test_taking_off_what_is_not_there_does_nothing(form: Form, target: str) -> None:
    form.type(attachments=[a_file()])
    answer = form.client.post("/inquiries/new/", form.fields(action=f"remove:{target}"))
    assert answer.status_code == 302
    assert len(attached(form)) == 1


def test_files_can_go_up_while_the_form_is_being_written(form: Form) -> None:
    url = f"/inquiries/new/{form.token}/files/"
    rows = form.client.post(url, form.fields(attachments=[a_file(), a_file("x.exe", b"MZ")]))
    assert rows.status_code == 200
    assert "app.log" in visible(rows)
    assert "x.exe：この形式は添付できません" in visible(rows)
    assert form.type().status_code == 302


def test_a_full_disk_is_said_and_what_was_typed_stays(
    form: Form, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G17."""

    def full(*_args: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("inquiries.services.files.os.fsync", full)
    page = form.type(attachments=[a_file()])
    assert "いまファイルを保存できません" in visible(page)
    assert form.fields()["text"] in visible(page)
    assert attached(form) == []
    assert not [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def test_the_same_file_twice_is_two_files_each_with_its_hash(form: Form) -> None:
    """U-14: nothing is shared, so nothing leaks by sharing."""
    form.type(attachments=[a_file("a.log"), a_file("b.log")])
    one, other = attached(form)
    assert one.sha256 == other.sha256
    assert one.pk != other.pk
