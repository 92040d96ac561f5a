"""For load balancers and alarms: is the process alive, and does the desk do its work?"""

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from supportdesk import clock
from supportdesk.outbox.services import oldest_overdue

ALARM_AFTER_SECONDS = 120


@require_safe
@never_cache
def live(request: HttpRequest) -> HttpResponse:
    """200 as long as this process answers; asks nobody else."""
    return HttpResponse("ok", content_type="text/plain")


@require_safe
@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """200 while the database answers and mail goes out when it is due; 503 otherwise.

    A mail that is overdue by more than two minutes means that nobody delivers,
    which is the one failure that no worker can report itself.
    """
    try:
        now = clock.of(request)
        oldest = oldest_overdue(now)
    except OperationalError:
        return JsonResponse({"database": "unreachable"}, status=503)
    late = int((now - oldest).total_seconds()) if oldest else 0
    return JsonResponse(
        {"database": "ok", "oldest_overdue_mail_seconds": late},
        status=503 if late > ALARM_AFTER_SECONDS else 200,
    )
