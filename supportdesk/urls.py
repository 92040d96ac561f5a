from importlib.util import find_spec

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("staff/", admin.site.urls),
    path("", include("supportdesk.accounts.urls")),
    *(
        path(prefix, include(module))
        for prefix, module in [
            ("contracts/", "contracts.urls"),
            ("inquiries/", "inquiries.urls"),
            ("license/", "licensing.urls"),
        ]
        if find_spec(module)
    ),
]
