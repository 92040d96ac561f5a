from django.urls import path

from licensing.views import applying, reading

app_name = "licensing"

urlpatterns = [
    path("", reading.license_list, name="list"),
    path("apply/", applying.start, name="apply"),
    path("apply/promise/", applying.promise, name="promise"),
    path("apply/<uuid:token>/", applying.enter, name="enter"),
    path("apply/<uuid:token>/confirm/", applying.confirm, name="confirm"),
    path("apply/<uuid:token>/countdown/", applying.countdown, name="countdown"),
    path("<str:number>/", reading.application, name="application"),
    path("<str:number>/done/", reading.done, name="done"),
    path("<str:number>/withdraw/", reading.withdraw, name="withdraw"),
]
