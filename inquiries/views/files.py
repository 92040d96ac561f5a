"""Attachments go out through here only, after the permission check."""

import logging
from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from inquiries import services
from inquiries.models import Attachment
from supportdesk import clock
from supportdesk.accounts import gate

log = logging.getLogger(__name__)


@require_safe
@never_cache
def download(request: HttpRequest, file_id: UUID) -> HttpResponseBase:
    """A file that this person may read; everybody else gets 404, staff only after both factors.

    Never shown in the page: as a download, of the type we judged it to be, in a sandbox.
    """
    if request.user.is_staff and not gate.opens(request):
        return gate.detour(request, request.get_full_path())
    readable = Attachment.objects.readable_by(request.user, clock.of(request))
    attachment = get_object_or_404(readable, pk=file_id)
    try:
        content = services.path_of(attachment.pk).open("rb")
    except FileNotFoundError as error:
        log.exception("the file of attachment %s is gone", attachment.pk)
        raise Http404 from error
    response = FileResponse(
        content,
        as_attachment=True,
        filename=attachment.name,
        content_type=attachment.content_type,
    )
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    return response
