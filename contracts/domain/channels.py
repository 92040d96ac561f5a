"""How a request reached the desk: by the customer's own hand, or entered by staff for them."""

from enum import StrEnum


class Channel(StrEnum):
    """`WEB` is the customer's own form (2-1a, 2-2a); all others staff enter in their name."""

    WEB = "web"
    FAX = "fax"
    LETTER = "letter"
    SALES = "sales"
    TELEPHONE = "telephone"
