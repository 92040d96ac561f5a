"""The signing keys: public ones for everybody, private ones for the issuer alone.

Public keys lie in one JSON file (`SIGNING_PUBLIC_KEYS`) that products may carry
too; each has a state. *next* is published and does not sign yet, *active* signs,
*retired* signs no more; what any of them signed stays verifiable. A private key
is a PEM file named after its key id in `SIGNING_KEY_DIR`, which only the issuer
is given. Nothing here prints or logs one.
"""

import base64
import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, Self, get_args

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from supportdesk.signing import codec
from supportdesk.signing.verifier import KEY_ID, PublicKey

type State = Literal["next", "active", "retired"]

_STATES = get_args(State.__value__)
_RAW_BYTES = 32
_PRIVATE_SUFFIX = ".pem"


class KeyRingError(Exception):
    """The key files are missing, unreadable or contradict each other."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One key of the ring and its state."""

    key: PublicKey
    state: State

    def as_json(self) -> dict[str, str]:
        return {
            "kid": self.key.kid,
            "algorithm": self.key.algorithm,
            "public_key": base64.b64encode(self.key.raw).decode(),
            "state": self.state,
        }


@dataclass(frozen=True, slots=True)
class KeyRing:
    """All public keys by id, in the order they were made."""

    entries: tuple[Entry, ...]

    @property
    def keys(self) -> Mapping[str, PublicKey]:
        """For the verifier: whatever the state, what was signed stays verifiable."""
        return {entry.key.kid: entry.key for entry in self.entries}

    @property
    def active(self) -> PublicKey:
        for entry in self.entries:
            if entry.state == "active":
                return entry.key
        raise KeyRingError("no signing key is active")

    def with_new(self, key: PublicKey) -> Self:
        """Add a key: active when it is the first, otherwise next. Raises KeyRingError if known."""
        if key.kid in self.keys:
            raise KeyRingError(f"key {key.kid} is in the ring already")
        has_active = any(entry.state == "active" for entry in self.entries)
        return replace(
            self, entries=(*self.entries, Entry(key, "next" if has_active else "active"))
        )

    def activated(self, kid: str) -> Self:
        """Let a key that is next sign from now on, and retire the active one."""
        if not any(entry.key.kid == kid and entry.state == "next" for entry in self.entries):
            raise KeyRingError(f"no key {kid} is waiting as next")
        return replace(self, entries=tuple(_rotated(entry, kid) for entry in self.entries))


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key with its id; neither repr nor str of it shows key material."""

    kid: str
    private: Ed25519PrivateKey

    def sign(self, document: Mapping[str, str | int]) -> str:
        """Sign one document; see codec.sign."""
        return codec.sign(document, kid=self.kid, private=self.private)


def public_keys() -> KeyRing:
    """Read the ring from `SIGNING_PUBLIC_KEYS`. Raises KeyRingError."""
    path = Path(settings.SIGNING_PUBLIC_KEYS)
    try:
        return _parse(json.loads(path.read_bytes()))
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise KeyRingError(f"the public keys in {path} cannot be read: {error}") from error


def signer() -> Signer:
    """The active key's private half: the issuer's alone. Raises KeyRingError."""
    kid = public_keys().active.kid
    try:
        written = _private_path(kid).read_bytes()
        private = serialization.load_pem_private_key(written, password=None)
    except (OSError, ValueError, TypeError) as error:
        raise KeyRingError(f"the private key {kid} cannot be read") from error
    if not isinstance(private, Ed25519PrivateKey):
        raise KeyRingError(f"the private key {kid} is not an Ed25519 key")
    return Signer(kid, private)


def readable_private_keys() -> list[Path]:
    """The private keys that this process could read; names only, nothing is opened."""
    if not settings.SIGNING_KEY_DIR:
        return []
    found = Path(settings.SIGNING_KEY_DIR).glob(f"*{_PRIVATE_SUFFIX}")
    return sorted(path for path in found if os.access(path, os.R_OK))


def generate(kid: str) -> KeyRing:
    """Make a key pair: a new private file, and its public half in the ring.

    Raises KeyRingError when the id is malformed or taken; nothing is overwritten.
    """
    if not KEY_ID.fullmatch(kid):
        raise KeyRingError("a key id is 1 to 16 of a-z, 0-9 and -")
    private = Ed25519PrivateKey.generate()
    key = PublicKey(kid, "Ed25519", private.public_key().public_bytes_raw())
    ring = (public_keys() if Path(settings.SIGNING_PUBLIC_KEYS).exists() else KeyRing(())).with_new(
        key
    )
    _write_private(kid, private)
    write_public_keys(ring)
    return ring


def write_public_keys(ring: KeyRing) -> None:
    """Replace the public file in one step, so that a reader sees the old ring or the new one."""
    path = Path(settings.SIGNING_PUBLIC_KEYS)
    path.parent.mkdir(parents=True, exist_ok=True)
    written = json.dumps({"keys": [entry.as_json() for entry in ring.entries]}, indent=2) + "\n"
    with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False) as scratch:
        scratch.write(written)
    Path(scratch.name).chmod(0o644)
    Path(scratch.name).replace(path)


def _write_private(kid: str, private: Ed25519PrivateKey) -> None:
    path = _private_path(kid)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    written = private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
    except FileExistsError as error:
        raise KeyRingError(f"a private key {kid} exists already") from error
    with os.fdopen(descriptor, "wb") as file:
        file.write(written)


def _private_path(kid: str) -> Path:
    if not settings.SIGNING_KEY_DIR:
        raise KeyRingError("SIGNING_KEY_DIR is not set: only the issuer has the private keys")
    return Path(settings.SIGNING_KEY_DIR) / f"{kid}{_PRIVATE_SUFFIX}"


def _parse(stored: dict[str, list[dict[str, str]]]) -> KeyRing:
    ring = KeyRing(tuple(_entry(each) for each in stored["keys"]))
    if len(ring.keys) != len(ring.entries):
        raise ValueError("a key id occurs twice")
    if sum(entry.state == "active" for entry in ring.entries) > 1:
        raise ValueError("more than one key is active")
    return ring


def _entry(stored: dict[str, str]) -> Entry:
    raw = base64.b64decode(stored["public_key"], validate=True)
    if not KEY_ID.fullmatch(stored["kid"]) or len(raw) != _RAW_BYTES:
        raise ValueError("a key id or a public key is malformed")
    key = PublicKey(stored["kid"], stored["algorithm"], raw)
    for state in _STATES:
        if stored["state"] == state:
            return Entry(key, state)
    raise ValueError(f"key {key.kid} has no known state")


def _rotated(entry: Entry, kid: str) -> Entry:
    if entry.key.kid == kid:
        return replace(entry, state="active")
    return replace(entry, state="retired") if entry.state == "active" else entry
