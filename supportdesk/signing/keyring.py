"""The signing keys: public ones for everybody, private ones for the issuer alone.

Public keys lie in one JSON file (`SIGNING_PUBLIC_KEYS`) that products may carry
too; each has a state. *next* is published and does not sign yet, *active* signs,
*retired* signs no more; what any of them signed stays verifiable. *withdrawn* is in
wrong hands: nothing that it signed is believed any more. A private key is a PEM file
named after its key id in `SIGNING_KEY_DIR`, which only the issuer is given. Nothing
here prints or logs one. Instants are real time, never the desk's clock: a demo moved
to another day must not make a key older than it is.
"""

import base64
import json
import os
import tempfile
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Literal, Self, get_args

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from supportdesk.signing import codec
from supportdesk.signing.verifier import KEY_ID, PublicKey, read_keys, verify

type State = Literal["next", "active", "retired", "withdrawn"]

_STATES = get_args(State.__value__)
_PRIVATE_SUFFIX = ".pem"


class KeyRingError(Exception):
    """The key files are missing, unreadable or contradict each other."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One key of the ring, its state, and since when (aware, UTC) it has been in each state."""

    key: PublicKey
    state: State
    since: Mapping[str, datetime] = field(default_factory=dict)

    def as_json(self) -> dict[str, str]:
        return {
            "kid": self.key.kid,
            "algorithm": self.key.algorithm,
            "public_key": base64.b64encode(self.key.raw).decode(),
            "state": self.state,
            **{state: f"{at:%Y-%m-%dT%H:%M:%SZ}" for state, at in self.since.items()},
        }

    def now(self, state: State, at: datetime) -> Self:
        """The same key in another state from `at` on."""
        key = replace(self.key, withdrawn=state == "withdrawn")
        return replace(self, key=key, state=state, since={**self.since, state: _whole(at)})


@dataclass(frozen=True, slots=True)
class KeyRing:
    """All public keys by id, in the order they were made."""

    entries: tuple[Entry, ...]

    @property
    def keys(self) -> Mapping[str, PublicKey]:
        """For the verifier: what was signed stays verifiable unless its key is withdrawn."""
        return {entry.key.kid: entry.key for entry in self.entries}

    @property
    def active(self) -> PublicKey:
        for entry in self.entries:
            if entry.state == "active":
                return entry.key
        raise KeyRingError("no signing key is active")

    @property
    def withdrawn_kids(self) -> list[str]:
        """The ids of those in wrong hands: nothing that they signed is believed any more."""
        return [entry.key.kid for entry in self.entries if entry.state == "withdrawn"]

    def entry(self, kid: str) -> Entry:
        for entry in self.entries:
            if entry.key.kid == kid:
                return entry
        raise KeyRingError(f"no key {kid} is in the ring")

    def with_new(self, key: PublicKey, *, at: datetime) -> Self:
        """Add a key: active when none is, otherwise next. Raises KeyRingError if known."""
        if key.kid in self.keys:
            raise KeyRingError(f"key {key.kid} is in the ring already")
        state: State = "next" if _any_active(self.entries) else "active"
        return replace(self, entries=(*self.entries, Entry(key, state).now(state, at)))

    def ready_on(self, kid: str, *, wait: timedelta) -> datetime | None:
        """When a waiting key has been published for `wait`: None if nobody knows since when it is.

        Products need its public half before it signs. Raises KeyRingError for a key not waiting.
        """
        entry = self.entry(kid)
        if entry.state != "next":
            raise KeyRingError(f"key {kid} is {entry.state}, not waiting as next")
        since = entry.since.get("next")
        return since + wait if since else None

    def activated(self, kid: str, *, at: datetime) -> Self:
        """Let a key that is next sign from now on, and retire the active one."""
        if self.entry(kid).state != "next":
            raise KeyRingError(f"no key {kid} is waiting as next")
        return replace(self, entries=tuple(_rotated(entry, kid, at) for entry in self.entries))

    def withdrawn(self, kid: str, *, at: datetime) -> Self:
        """Believe nothing any more that this key signed. Never the active one: rotate first."""
        entry = self.entry(kid)
        if entry.state in ("active", "withdrawn"):
            raise KeyRingError(
                f"key {kid} signs: let another one sign first"
                if entry.state == "active"
                else f"key {kid} is withdrawn already"
            )
        changed = (each.now("withdrawn", at) if each is entry else each for each in self.entries)
        return replace(self, entries=tuple(changed))


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


def published() -> bytes:
    """The public file as it lies there, once it was found to be a ring. Raises KeyRingError."""
    public_keys()
    return Path(settings.SIGNING_PUBLIC_KEYS).read_bytes()


def signer(kid: str = "") -> Signer:
    """The private half of the active key, or of `kid`: the issuer's alone. Raises KeyRingError."""
    kid = kid or public_keys().active.kid
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


def prove(kid: str, ring: KeyRing) -> None:
    """Sign a sample with a private key and verify it with the ring. Raises KeyRingError."""
    sample = signer(kid).sign({"type": "self-test"})
    verdict = verify(sample, ring.keys, document_type="self-test", on=date.min)
    if not verdict.ok:
        raise KeyRingError(f"the private key does not match the published one ({verdict.code})")


def rotate(kid: str, *, at: datetime, wait: timedelta) -> KeyRing:
    """Let `kid` sign instead of the active key; the first time, make and publish it.

    A key waits as next for `wait`, so that products carry its public half before they
    meet what it signed: asked again before that, KeyRingError says from when on. Without
    a `wait` it signs at once. To be repeated safely: a key that signs is left alone.
    """
    ring = public_keys()
    if kid not in ring.keys:
        ring = generate(kid, at=at)
        if wait:
            return ring
    if ring.entry(kid).state == "active":
        return ring
    ready = ring.ready_on(kid, wait=wait)
    if wait and (ready is None or at < ready):
        when = f"{ready:%Y-%m-%d %H:%M} UTC" if ready else "nobody knows when"
        raise KeyRingError(f"key {kid} is to be published until {when} before it signs")
    prove(kid, ring)
    ring = ring.activated(kid, at=at)
    write_public_keys(ring)
    return ring


def withdraw(kid: str, *, at: datetime) -> KeyRing:
    """Publish that a key is in wrong hands. Raises KeyRingError while it signs."""
    ring = public_keys().withdrawn(kid, at=at)
    write_public_keys(ring)
    return ring


def generate(kid: str, *, at: datetime | None = None) -> KeyRing:
    """Make a key pair at `at` (aware, or now): a new private file, its public half in the ring.

    Raises KeyRingError when the id is malformed or taken; nothing is overwritten.
    """
    if not KEY_ID.fullmatch(kid):
        raise KeyRingError("a key id is 1 to 16 of a-z, 0-9 and -")
    private = Ed25519PrivateKey.generate()
    key = PublicKey(kid, "Ed25519", private.public_key().public_bytes_raw())
    known = Path(settings.SIGNING_PUBLIC_KEYS).exists()
    ring = (public_keys() if known else KeyRing(())).with_new(key, at=at or real_time())
    _write_private(kid, private)
    write_public_keys(ring)
    return ring


def real_time() -> datetime:
    """The machine's time, aware: for the life of keys, which no desk's clock prolongs."""
    return datetime.fromtimestamp(time.time(), UTC)


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
    keys = read_keys(json.dumps(stored))
    ring = KeyRing(tuple(_entry(keys[each["kid"]], each) for each in stored["keys"]))
    if sum(entry.state == "active" for entry in ring.entries) > 1:
        raise ValueError("more than one key is active")
    return ring


def _entry(key: PublicKey, stored: dict[str, str]) -> Entry:
    since = {state: datetime.fromisoformat(stored[state]) for state in _STATES if state in stored}
    if any(at.tzinfo is None for at in since.values()):
        raise ValueError(f"a date of key {key.kid} has no zone")
    for state in _STATES:
        if stored["state"] == state:
            return Entry(key, state, since)
    raise ValueError(f"key {key.kid} has no known state")


def _rotated(entry: Entry, kid: str, at: datetime) -> Entry:
    if entry.key.kid == kid:
        return entry.now("active", at)
    return entry.now("retired", at) if entry.state == "active" else entry


def _any_active(entries: Iterable[Entry]) -> bool:
    return any(entry.state == "active" for entry in entries)


def _whole(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(microsecond=0)
