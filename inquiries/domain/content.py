"""What a customer sends, checked and cleaned: the same words give the same hash."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, time


@dataclass(frozen=True, kw_only=True, slots=True)
class Content:
    """An inquiry as its form accepted it. `contract` is the contract's number."""

    contract: str
    category: str
    topic: str
    subject: str
    text: str
    environment: str
    occurred_on: date | None
    occurred_time: time | None
    ask_to_check: bool

    def hash_with(self, files: Iterable[str]) -> str:
        """The hash of the words and of the files (each by its own hash), in their order."""
        parts = json.dumps([asdict(self), list(files)], sort_keys=True, default=str)
        return hashlib.sha256(parts.encode()).hexdigest()
