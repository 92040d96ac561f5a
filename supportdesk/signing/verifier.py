"""Is this signed text genuine, is it for this product, host and day, and was it revoked?

The whole verifier in one file: with Python 3.12, `cryptography` and the public keys a
product can carry a copy. It gives a Verdict for any text whatever and never raises. The
order of the checks is the safe one, that of CODES: nothing inside the document is believed
before the signature, and the algorithm comes from our own list of keys, never from the text.
A stale or missing revocation list refuses nothing, but FRESHNESS tells of it: never silent.

The text is Crockford's base 32 in lines of ten groups of five: 48 characters
for 30 bytes, then two check characters. White space, hyphens, quote marks, full
width, case and O/0, I/1, L/1 do not matter; every other change does.

The bytes: version (1) · length of the key id (1) · key id (ASCII) · signature
(64) · document (canonical JSON). Signed is CONTEXT and all but the signature.

A revocation list is a signed text, an empty line, and one serial a line; signed
are its number, dates, and the count and SHA-256 of those lines.
"""

import argparse
import base64
import binascii
import hashlib
import json
import re
import sys
import time
import unicodedata
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

VERSION = 1
CONTEXT = b"supportdesk signed document\0"
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LONGEST_TEXT = 8192
LONGEST_LIST = 16 * 1024 * 1024
LINE_BYTES = 30
LINE_CHARACTERS = 48
CHECK_CHARACTERS = 2
SIGNATURE_BYTES = 64
PUBLIC_KEY_BYTES = 32
KEY_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,15}", re.ASCII)
REVOCATION_LIST = "revocation-list"
DOCUMENT_TYPES = ("license-key", "support-certificate")
DATED_CLASSES = frozenset({"provisional", "overlap"})
TOKYO = timezone(timedelta(hours=9))

_TO_RFC = str.maketrans(ALPHABET, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
_LOOK_ALIKES = str.maketrans("OIL", "011")
_IGNORED = re.compile(r"[\s>\u00ad\u200b-\u200f\u2060\ufeff\u2010-\u2015\u2212\u30fc-]+")

type Document = dict[str, str | int]

# Every result code, in the order of the checks, and what it says.
CODES = {
    "ok": "genuine and valid",
    "too_long": "longer than any signed text",
    "malformed": "not a signed text, or not all of it",
    "mistyped": "a character of a line is wrong, missing or out of place",
    "unknown_version": "written in a format this verifier does not know",
    "unknown_key": "signed with a key that is not among the public keys",
    "withdrawn_key": "signed with a key that is withdrawn: whoever has it may have signed this",
    "wrong_algorithm": "the key is pinned to an algorithm this verifier does not know",
    "forged": "the signature does not fit: it was changed, or somebody else wrote it",
    "wrong_type": "genuine, but another kind of document",
    "wrong_product": "genuine, but for another product",
    "wrong_host": "genuine, but for another host code",
    "not_yet_valid": "genuine, but its first day is still to come",
    "expired": "genuine, but its last day is over",
    "revoked": "genuine, but it is on the revocation list",
    "list_changed": "a revocation list whose serials are not the ones that were signed",
}
FRESHNESS = {
    "fresh": "compared with the revocation list",
    "stale": "compared with a revocation list whose successor is overdue",
    "missing": "there is no genuine revocation list: whether it was revoked is not known",
    "not_asked": "whether it was revoked was not asked",
}


@dataclass(frozen=True, slots=True)
class PublicKey:
    """One verifying key: its id, the algorithm pinned to it, its 32 bytes, whether we trust it."""

    kid: str
    algorithm: str
    raw: bytes
    withdrawn: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """The result code; `kid` and `document` only once the signature was found good."""

    code: str
    kid: str = ""
    document: Document = field(default_factory=dict)
    line: int = 0
    revocations: str = "not_asked"

    @property
    def ok(self) -> bool:
        return self.code == "ok"

    @property
    def genuine(self) -> bool:
        """The signature is ours, whatever the document is for."""
        return bool(self.document)


@dataclass(frozen=True, kw_only=True, slots=True)
class Revocations:
    """A revocation list as it was read; not `ok`, it says nothing about any serial.

    `next_on` is the last Tokyo date before it is stale.
    """

    code: str
    number: int = 0
    issued_at: datetime | None = None
    next_on: date = date.min
    serials: frozenset[str] = frozenset()

    def freshness(self, on: date) -> str:
        if self.code != "ok":
            return "missing"
        return "stale" if on > self.next_on else "fresh"


class _Refused(Exception):  # noqa: N818 -- a verdict on its way out, not an error
    def __init__(self, code: str, line: int = 0) -> None:
        super().__init__(code)
        self.verdict = Verdict(code=code, line=line)


def verify(
    text: str,
    keys: Mapping[str, PublicKey],
    *,
    document_type: str | Collection[str],
    on: date,
    product: str | None = None,
    host: str | None = None,
    revocations: Revocations | None = None,
) -> Verdict:
    """Judge a signed text for one use on the Tokyo date `on`.

    `document_type` is what is wanted, or several that would do. `product` and
    `host` (see `fold`) are compared when given, and a license key's serial with
    `revocations`, from `read_revocations`. Never raises.
    """
    try:
        kid, signature, written = _open(_decode(text))
        _check_signature(kid, signature, written, keys)
        document = _read(written)
    except _Refused as refused:
        return refused.verdict
    types = {document_type} if isinstance(document_type, str) else document_type
    code = _judge(document, types, on=on, product=product, host=host)
    asked = revocations if "serial" in document else None
    if code == "ok" and asked and serial_line(str(document["serial"])) in asked.serials:
        code = "revoked"
    freshness = asked.freshness(on) if asked else "not_asked"
    return Verdict(code=code, kid=kid, document=document, revocations=freshness)


def read_revocations(written: str, keys: Mapping[str, PublicKey]) -> Revocations:
    """Read a published list; one that is not genuine, or "", counts as missing. Never raises."""
    if len(written) > LONGEST_LIST:
        return Revocations(code="too_long")
    head, _, body = written.replace("\r\n", "\n").partition("\n\n")
    verdict = verify(head, keys, document_type=REVOCATION_LIST, on=date.min)
    if not verdict.ok:
        return Revocations(code=verdict.code)
    serials = frozenset(list_lines(body.split("\n")).split("\n")) - {""}
    signed = verdict.document
    if (signed.get("count"), signed.get("sha256")) != (len(serials), digest(serials)):
        return Revocations(code="list_changed")
    try:
        return Revocations(
            code="ok",
            number=int(signed["number"]),
            issued_at=datetime.fromisoformat(str(signed["issued"])),
            next_on=date.fromisoformat(str(signed["next"])),
            serials=serials,
        )
    except (KeyError, ValueError):
        return Revocations(code="malformed")


def serial_line(serial: str) -> str:
    """A serial as a line of the list: whatever white space is in it, no line end."""
    return " ".join(serial.split())


def list_lines(serials: Iterable[str]) -> str:
    """The lines of a revocation list as they are signed and published: each once, sorted."""
    lines = {serial_line(serial) for serial in serials} - {""}
    return "".join(f"{line}\n" for line in sorted(lines))


def digest(serials: Iterable[str]) -> str:
    return hashlib.sha256(list_lines(serials).encode("utf-8", "surrogatepass")).hexdigest()


def canonical(document: Mapping[str, str | int]) -> bytes:
    """The one way a document is written: sorted keys, no spaces, UTF-8."""
    return json.dumps(
        dict(document), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()


def signed_bytes(kid: str, document: bytes) -> bytes:
    """What the signature covers: the purpose, the version, the key id and the document."""
    return CONTEXT + header(kid) + document


def header(kid: str) -> bytes:
    return bytes([VERSION, len(kid)]) + kid.encode("ascii")


def line_check(number: int, chunk: bytes, *, last: bool) -> str:
    """Two characters that tie a line to its place: ten bits of a CRC-32."""
    bits = zlib.crc32(bytes([number & 0xFF, last]) + chunk) & 0x3FF
    return ALPHABET[bits >> 5] + ALPHABET[bits & 0x1F]


def fold(typed: str) -> str:
    """Drop what does not matter from a signed text or a host code, as typed or copied."""
    plain = _IGNORED.sub("", unicodedata.normalize("NFKC", typed))
    return plain.upper().translate(_LOOK_ALIKES) if plain.isascii() else plain


def _decode(text: str) -> bytes:
    if len(text) > LONGEST_TEXT:
        raise _Refused("too_long")
    plain = fold(text)
    if not plain or plain.strip(ALPHABET):
        raise _Refused("malformed")
    return b"".join(_decode_lines(plain))


def _decode_lines(plain: str) -> Iterator[bytes]:
    width = LINE_CHARACTERS + CHECK_CHARACTERS
    for number, start in enumerate(range(0, len(plain), width), start=1):
        line = plain[start : start + width]
        data, check = line[:-CHECK_CHARACTERS], line[-CHECK_CHARACTERS:]
        chunk = _decode_line(data, number)
        if check != line_check(number, chunk, last=start + width >= len(plain)):
            raise _Refused("mistyped", number)
        yield chunk


def _decode_line(data: str, number: int) -> bytes:
    encoded = data.translate(_TO_RFC)
    try:
        chunk = base64.b32decode(encoded + "=" * (-len(encoded) % 8))
    except binascii.Error as error:
        raise _Refused("mistyped", number) from error
    # Bits left over in the last character must be zero: one document, one text.
    if not chunk or base64.b32encode(chunk).decode().rstrip("=") != encoded:
        raise _Refused("mistyped", number)
    return chunk


def _open(blob: bytes) -> tuple[str, bytes, bytes]:
    """Key id, signature and document."""
    if blob[0] != VERSION:
        raise _Refused("unknown_version")
    start = 2 + (blob[1] if len(blob) > 1 else 0)
    try:
        kid = blob[2:start].decode("ascii")
    except UnicodeDecodeError as error:
        raise _Refused("unknown_key") from error
    if not KEY_ID.fullmatch(kid):
        raise _Refused("unknown_key")
    signature, document = blob[start : start + SIGNATURE_BYTES], blob[start + SIGNATURE_BYTES :]
    if not document:
        raise _Refused("malformed")
    return kid, signature, document


def _check_signature(
    kid: str, signature: bytes, document: bytes, keys: Mapping[str, PublicKey]
) -> None:
    key = keys.get(kid)
    if key is None:
        raise _Refused("unknown_key")
    if key.withdrawn:
        raise _Refused("withdrawn_key")
    if key.algorithm != "Ed25519":
        raise _Refused("wrong_algorithm")
    try:
        Ed25519PublicKey.from_public_bytes(key.raw).verify(signature, signed_bytes(kid, document))
    except (InvalidSignature, ValueError) as error:
        raise _Refused("forged") from error


def _read(written: bytes) -> Document:
    try:
        document = json.loads(written)
        plain = isinstance(document, dict) and all(
            type(value) in (str, int) for value in document.values()
        )
        if not plain or canonical(document) != written:
            raise _Refused("malformed")
    except (ValueError, RecursionError) as error:
        raise _Refused("malformed") from error
    return document  # type: ignore[no-any-return]


def _judge(
    document: Document, types: Collection[str], *, on: date, product: str | None, host: str | None
) -> str:
    if document.get("type") not in types:
        return "wrong_type"
    if product is not None and document.get("product") != product:
        return "wrong_product"
    if host is not None and document.get("host") != host:
        return "wrong_host"
    return _judge_dates(document, on)


def _judge_dates(document: Document, on: date) -> str:
    if document.get("class") in DATED_CLASSES and "until" not in document:
        return "malformed"
    # The first year is covered from the purchase on, before its period begins (3-1).
    begins = document.get("entitled-from", document.get("from", date.min.isoformat()))
    try:
        first = date.fromisoformat(str(begins))
        last = date.fromisoformat(str(document.get("until", date.max.isoformat())))
    except ValueError:
        return "malformed"
    if on < first:
        return "not_yet_valid"
    return "expired" if on > last else "ok"


def read_keys(written: str | bytes) -> dict[str, PublicKey]:
    """The keys of a published key file, by id. Raises ValueError for a file that is none."""
    try:
        keys = [_read_key(each) for each in json.loads(written)["keys"]]
    except (TypeError, KeyError) as error:
        raise ValueError("this is no file of public keys") from error
    if len({key.kid for key in keys}) != len(keys):
        raise ValueError("a key id occurs twice")
    return {key.kid: key for key in keys}


def _read_key(stored: Mapping[str, str]) -> PublicKey:
    raw = base64.b64decode(stored["public_key"], validate=True)
    if not KEY_ID.fullmatch(stored["kid"]) or len(raw) != PUBLIC_KEY_BYTES:
        raise ValueError("a key id or a public key is malformed")
    return PublicKey(stored["kid"], stored["algorithm"], raw, stored["state"] == "withdrawn")


# --- As a program: `python verifier.py KEY.txt keys.json`; manage.py verify can do more ------


def exit_code(verdict: Verdict) -> int:
    """0 valid, 1 refused, 3 valid but the revocation list is stale or missing; 2 is wrong usage."""
    if not verdict.ok:
        return 1
    return 3 if verdict.revocations in ("stale", "missing") else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=exit_code.__doc__)
    parser.add_argument("text", type=_file, help="file of the signed text")
    parser.add_argument("keys", type=lambda name: read_keys(_file(name)), help="keys.json")
    parser.add_argument("--revocations", type=_file, help="revocations.txt")
    parser.add_argument("--host", type=fold)
    today = datetime.fromtimestamp(time.time(), TOKYO).date()
    parser.add_argument("--on", type=date.fromisoformat, default=today, help="a Tokyo date")
    given = vars(parser.parse_args())
    if given["revocations"] is not None:
        given["revocations"] = read_revocations(given["revocations"], given["keys"])
    verdict = verify(**given, document_type=DOCUMENT_TYPES)
    result = f"{verdict.code}: {CODES[verdict.code]}{f' ({verdict.line})' * bool(verdict.line)}"
    told = {"result": result, "revocations": FRESHNESS[verdict.revocations], **verdict.document}
    sys.stdout.write("".join(f"{name}: {value}\n" for name, value in told.items()))
    return exit_code(verdict)


def _file(name: str) -> str:
    try:
        with Path(name).open("rb") as file:
            return file.read(LONGEST_LIST + 1).decode("utf-8", "replace")
    except OSError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


if __name__ == "__main__":
    sys.exit(main())
