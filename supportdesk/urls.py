from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from supportdesk.accounts import language
from supportdesk.views.calendar import calendar, calendar_feed
from supportdesk.views.health import live, ready
from supportdesk.views.home import home
from supportdesk.views.status import status
from supportdesk.views.terms import terms
from supportdesk.views.verify import verify_page
from supportdesk.views.well_known import keys, revocations, verifier_source

urlpatterns = [
    path("", home, name="home"),
    path("calendar/", calendar, name="calendar"),
    path("calendar/desk.ics", calendar_feed, name="calendar_feed"),
    path("terms/", terms, name="terms"),
    path("terms/<str:number>/", terms, name="terms_version"),
    path("verify/", verify_page, name="verify"),
    path(".well-known/supportdesk/keys.json", keys, name="public_keys"),
    path(".well-known/supportdesk/revocations.txt", revocations, name="revocations"),
    path(".well-known/supportdesk/verifier.py", verifier_source, name="verifier_source"),
    path("status/", status, name="status"),
    path("health/", live, name="health"),
    path("health/ready/", ready, name="ready"),
    path("language/setlang/", language.choose, name="set_language"),
    path("staff/", admin.site.urls),
    path("", include("supportdesk.accounts.urls")),
    path("contracts/", include("contracts.urls")),
    path("inquiries/", include("inquiries.urls")),
    path("license/", include("licensing.urls")),
]

if settings.DEMO:
    urlpatterns.append(path("demo/", include("supportdesk.demo.urls")))
