"""What staff type to find a key: a code in any width and grouping, a name, a number."""

import unicodedata

from django.db.models import Q

from contracts.domain.writing import plain_digits
from contracts.models import Contract
from licensing.domain import host_code
from licensing.models import Key, License
from supportdesk.admin import any_of

# Shorter parts of a code are in too many of them.
_SHORTEST_CODE = 4


def keys_matching(typed: str) -> Q:
    """Keys by server name, host code, serial, licence, certificate or customer.

    Each is asked by itself, so that the index of each serves.
    """
    number = plain_digits(typed)
    certified = Contract.objects.filter(orders__certificates__number__icontains=number)
    found = [
        Q(server_name__icontains=number),
        _code_matching(typed),
        Q(serial__icontains=number),
        Q(license__in=License.objects.filter(number__icontains=number)),
        Q(license__contract__in=certified),
        Q(license__contract__customer__name__icontains=_folded(typed)),
    ]
    return any_of(Key, found)


def licenses_matching(typed: str) -> Q:
    """Licences by their own number, name, contract or certificate, and by any of their keys."""
    number = plain_digits(typed)
    certified = Contract.objects.filter(orders__certificates__number__icontains=number)
    found = [
        Q(number__icontains=number),
        Q(label__icontains=_folded(typed)),
        Q(contract__in=Contract.objects.filter(number__icontains=number)),
        Q(contract__in=certified),
        Q(contract__customer__name__icontains=_folded(typed)),
        Q(pk__in=Key.objects.filter(keys_matching(typed)).values("license")),
    ]
    return any_of(License, found)


def _code_matching(typed: str) -> Q:
    """A code or a part of it, however its hyphens, width, case and O and 0 were typed."""
    code = host_code.fold(typed)
    readable = len(code) >= _SHORTEST_CODE and set(code) <= set(host_code.ALPHABET)
    return Q(host_code__contains=code) if readable else Q(pk__in=[])


def _folded(typed: str) -> str:
    return unicodedata.normalize("NFKC", typed).strip()
