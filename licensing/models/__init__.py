"""What the desk remembers of licences, their keys and the applications for new ones."""

from licensing.models.applications import Application
from licensing.models.attempts import Attempt
from licensing.models.displays import KeyDisplay, KeyResend
from licensing.models.events import Event
from licensing.models.licenses import Key, License
from licensing.models.requests import MoveRequest
from licensing.models.resigning import Resigning
from licensing.models.revocation import RevocationList
from licensing.models.stops import ServerStop
from licensing.models.switches import ProvisionalKeys

__all__ = [
    "Application",
    "Attempt",
    "Event",
    "Key",
    "KeyDisplay",
    "KeyResend",
    "License",
    "MoveRequest",
    "ProvisionalKeys",
    "Resigning",
    "RevocationList",
    "ServerStop",
]
