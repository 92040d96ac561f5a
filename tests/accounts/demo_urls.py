"""The desk's pages as the demo has them."""

from django.urls import include, path

from supportdesk import urls
from supportdesk.accounts import demo

_demo = [path("sign-in/", demo.sign_in, name="demo_sign_in")]
urlpatterns = [
    *urls.urlpatterns,
    path("demo/", include((_demo, "accounts"))),
    path("demo/", include("supportdesk.demo.urls")),
]
