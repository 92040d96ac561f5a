"""For load balancers and alarms: is the process alive, and does the desk do its work?"""

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from licensing.services import list_standing
from supportdesk import clock
from supportdesk.outbox import restored
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
    """200 while the database answers, mail goes out in time and the lists are fresh; else 503.

    A mail that is overdue by more than two minutes means that nobody delivers, a revocation
    list that is stale that nobody issues: the failures that no worker can report itself.
    In a database that was restored nothing goes out until somebody has looked.
    """
    try:
        now = clock.of(request)
        oldest = oldest_overdue(now)
        listed = list_standing(now=now)
        home = restored.is_home()
    except OperationalError:
        return JsonResponse({"database": "unreachable"}, status=503)
    late = int((now - oldest).total_seconds()) if oldest else 0
    return JsonResponse(
        {
            "database": "ok" if home else "restored",
            "oldest_overdue_mail_seconds": late,
            "revocation_list": listed.state,
            "revocation_list_seconds": int(listed.age.total_seconds()),
        },
        # Before the issuer's first start there is none, which is no alarm yet.
        status=503 if late > ALARM_AFTER_SECONDS or listed.state == "stale" or not home else 200,
    )
