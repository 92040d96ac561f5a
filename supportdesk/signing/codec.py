"""Writes signed texts. What they are made of is said, and read, in `verifier`."""

import base64
from collections.abc import Mapping

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from supportdesk.signing import verifier

_GROUP = 5
_FROM_RFC = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", verifier.ALPHABET)


def sign(document: Mapping[str, str | int], *, kid: str, private: Ed25519PrivateKey) -> str:
    """Sign a flat document, its `type` inside, and give the text to send.

    The same document and key give the same text. Raises ValueError for a
    document without a type or one that has no canonical form, and for a key id
    that no verifier would accept.
    """
    if not document.get("type"):
        raise ValueError("a signed document says its type")
    if not verifier.KEY_ID.fullmatch(kid):
        raise ValueError("a key id is 1 to 16 of a-z, 0-9 and -")
    written = verifier.canonical(document)
    signature = private.sign(verifier.signed_bytes(kid, written))
    text = _armour(verifier.header(kid) + signature + written)
    if len(text) > verifier.LONGEST_TEXT:
        raise ValueError("the document is too long to be verified")
    return text


def _armour(blob: bytes) -> str:
    starts = range(0, len(blob), verifier.LINE_BYTES)
    chunks = [blob[start : start + verifier.LINE_BYTES] for start in starts]
    return "\n".join(
        _line(number, chunk, last=number == len(chunks))
        for number, chunk in enumerate(chunks, start=1)
    )


def _line(number: int, chunk: bytes, *, last: bool) -> str:
    data = base64.b32encode(chunk).decode().rstrip("=").translate(_FROM_RFC)
    characters = data + verifier.line_check(number, chunk, last=last)
    groups = (characters[at : at + _GROUP] for at in range(0, len(characters), _GROUP))
    return " ".join(groups)
