"""What anybody needs to check our signatures offline: public keys, revocation list, verifier."""

import hashlib
from pathlib import Path

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from licensing.models import RevocationList
from supportdesk.signing import keyring, verifier
from supportdesk.signing.keyring import KeyRingError

# Short enough that a withdrawn key or a revoked one is known soon.
MAX_AGE_SECONDS = 300


@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """The public keys with their states, as the issuer published them."""
    try:
        written = keyring.published()
    except KeyRingError:
        return JsonResponse({"error": "the public keys cannot be read"}, status=503)
    return _public(request, written, "application/json")


@require_safe
def revocations(request: HttpRequest) -> HttpResponse:
    """The newest revocation list; 404 until the issuer has published one."""
    latest = RevocationList.objects.first()
    if latest is None:
        raise Http404
    return _public(request, latest.text.encode(), "text/plain; charset=utf-8")


@require_safe
def verifier_source(request: HttpRequest) -> HttpResponse:
    """The verifier itself: one file, to be run or built into a product."""
    return _public(request, Path(verifier.__file__).read_bytes(), "text/plain; charset=utf-8")


def _public(request: HttpRequest, content: bytes, content_type: str) -> HttpResponse:
    """The same for everybody: cached for minutes, asked again by its ETag, read from any site."""
    response = HttpResponse(content, content_type=content_type)
    etag = quote_etag(hashlib.sha256(content).hexdigest()[:32])
    response.headers["ETag"] = etag
    response.headers["Access-Control-Allow-Origin"] = "*"
    patch_cache_control(response, public=True, max_age=MAX_AGE_SECONDS)
    return get_conditional_response(request, etag=etag, response=response) or response
