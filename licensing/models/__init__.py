"""What the desk remembers of licences, their keys and the applications for new ones."""

from licensing.models.applications import Application
from licensing.models.licenses import Key, License

__all__ = ["Application", "Key", "License"]
