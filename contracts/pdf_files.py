"""A PDF as a file to be saved, under a name that every browser and mail program keeps."""

import re
from urllib.parse import quote

from django.http import HttpResponse
from django.utils.translation import gettext as _

from contracts.models import Certificate, Contract

_NOT_PLAIN = re.compile(r"[^A-Za-z0-9._-]+")


def certificate_name(certificate: Certificate) -> str:
    """How the file of a certificate is called wherever it is saved."""
    return _("年間サポート証書_%(number)s.pdf") % {"number": certificate.number}


def collection_name(contract: Contract) -> str:
    """The same for all certificates of a contract in one file."""
    return _("年間サポート証書_%(number)s_すべて.pdf") % {"number": contract.number}


def pdf_file(content: bytes, *, name: str, plain: str) -> HttpResponse:
    """To be saved, not shown in the page; `plain` is the ASCII name for old readers (RFC 6266)."""
    plain = _NOT_PLAIN.sub("-", plain)
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={
            "Content-Disposition": (
                f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
            ),
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "X-Content-Type-Options": "nosniff",
        },
    )
