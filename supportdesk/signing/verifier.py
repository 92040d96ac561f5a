"""Is this signed text genuine, and is it for this product, host and day?

The whole verifier in one file: it needs the standard library and
`cryptography`, so a product can carry a copy of it together with the public
keys. It answers with a Verdict for any text whatever and never raises.

The order of the checks, each with its result code, is the safe one: nothing
inside the document is believed before the signature, and the algorithm comes
from our own list of keys, never from the text.

| step | code when it fails |
| --- | --- |
| size of the text | too_long |
| only characters a signed text has | malformed |
| check characters of each line | mistyped (`line` says which) |
| format version | unknown_version |
| key id, well-formed and known to us | unknown_key |
| the algorithm pinned to that key | wrong_algorithm |
| signature over version, key id and document | forged |
| the document is written canonically | malformed |
| type of document | wrong_type |
| product | wrong_product |
| host | wrong_host |
| first and last day, Tokyo dates, inclusive | not_yet_valid, expired |

The text is Crockford's base 32 in lines of ten groups of five: 48 characters
for 30 bytes, then two check characters. White space, hyphens, quote marks, full
width, case and O/0, I/1, L/1 do not matter; every other change does.

The bytes: version (1) · length of the key id (1) · key id (ASCII) · signature
(64) · document (canonical JSON). Signed is CONTEXT and all but the signature.
"""

import base64
import binascii
import json
import re
import unicodedata
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

VERSION = 1
CONTEXT = b"supportdesk signed document\0"
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LONGEST_TEXT = 8192
LINE_BYTES = 30
LINE_CHARACTERS = 48
CHECK_CHARACTERS = 2
SIGNATURE_BYTES = 64
KEY_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,15}", re.ASCII)

_RFC_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_TO_RFC = str.maketrans(ALPHABET, _RFC_ALPHABET)
_LOOK_ALIKES = str.maketrans("OIL", "011")
_IGNORED = re.compile(r"[\s>\u00ad\u200b-\u200f\u2060\ufeff\u2010-\u2015\u2212\u30fc-]+")

type Document = dict[str, str | int]
type Code = Literal[
    "ok",
    "too_long",
    "malformed",
    "mistyped",
    "unknown_version",
    "unknown_key",
    "wrong_algorithm",
    "forged",
    "wrong_type",
    "wrong_product",
    "wrong_host",
    "not_yet_valid",
    "expired",
]


@dataclass(frozen=True, slots=True)
class PublicKey:
    """One verifying key: its id, the algorithm pinned to it, and its 32 bytes."""

    kid: str
    algorithm: str
    raw: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """The result code; `kid` and `document` only once the signature was found good."""

    code: Code
    kid: str = ""
    document: Document = field(default_factory=dict)
    line: int = 0

    @property
    def ok(self) -> bool:
        return self.code == "ok"

    @property
    def genuine(self) -> bool:
        """The signature is ours, whatever the document is for."""
        return bool(self.document)


class _Refused(Exception):  # noqa: N818 -- a verdict on its way out, not an error
    def __init__(self, code: Code, line: int = 0) -> None:
        super().__init__(code)
        self.verdict = Verdict(code=code, line=line)


@dataclass(frozen=True, slots=True)
class _Envelope:
    kid: str
    signature: bytes
    signed: bytes
    document: bytes


def verify(
    text: str,
    keys: Mapping[str, PublicKey],
    *,
    document_type: str,
    on: date,
    product: str | None = None,
    host: str | None = None,
) -> Verdict:
    """Judge a signed text for one use on the Tokyo date `on`.

    `product` and `host` are compared when given. Never raises.
    """
    try:
        envelope = _open(_decode(text))
        _check_signature(envelope, keys)
        document = _read(envelope.document)
    except _Refused as refused:
        return refused.verdict
    code = _judge(document, document_type=document_type, on=on, product=product, host=host)
    return Verdict(code=code, kid=envelope.kid, document=document)


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


def _decode(text: str) -> bytes:
    if len(text) > LONGEST_TEXT:
        raise _Refused("too_long")
    plain = _IGNORED.sub("", unicodedata.normalize("NFKC", text))
    if not plain.isascii():
        raise _Refused("malformed")
    plain = plain.upper().translate(_LOOK_ALIKES)
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


def _open(blob: bytes) -> _Envelope:
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
    return _Envelope(kid, signature, signed_bytes(kid, document), document)


def _check_signature(envelope: _Envelope, keys: Mapping[str, PublicKey]) -> None:
    key = keys.get(envelope.kid)
    if key is None:
        raise _Refused("unknown_key")
    if key.algorithm != "Ed25519":
        raise _Refused("wrong_algorithm")
    try:
        Ed25519PublicKey.from_public_bytes(key.raw).verify(envelope.signature, envelope.signed)
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
    document: Document, *, document_type: str, on: date, product: str | None, host: str | None
) -> Code:
    if document.get("type") != document_type:
        return "wrong_type"
    if product is not None and document.get("product") != product:
        return "wrong_product"
    if host is not None and document.get("host") != host:
        return "wrong_host"
    return _judge_dates(document, on)


def _judge_dates(document: Document, on: date) -> Code:
    try:
        first = date.fromisoformat(str(document.get("from", date.min.isoformat())))
        last = date.fromisoformat(str(document.get("until", date.max.isoformat())))
    except ValueError:
        return "malformed"
    if on < first:
        return "not_yet_valid"
    return "expired" if on > last else "ok"
