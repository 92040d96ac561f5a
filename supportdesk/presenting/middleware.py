"""Tell dates to whoever reads this page today."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from supportdesk import clock
from supportdesk.presenting.dates import reading_on

type GetResponse = Callable[[HttpRequest], HttpResponse]


def dates_are_read_today(get_response: GetResponse) -> GetResponse:
    """A date leaves out its year when the request comes in that year; asked only if shown."""

    def middleware(request: HttpRequest) -> HttpResponse:
        with reading_on(lambda: clock.today(clock.of(request))):
            return get_response(request)

    return middleware
