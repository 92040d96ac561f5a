from django.urls import path

from licensing.views import applying, correcting, keys, provisional, reading, requesting

app_name = "licensing"

urlpatterns = [
    path("", reading.license_list, name="list"),
    path("apply/", applying.start, name="apply"),
    path("apply/promise/", applying.promise, name="promise"),
    path("apply/<uuid:token>/", applying.enter, name="enter"),
    path("apply/<uuid:token>/confirm/", applying.confirm, name="confirm"),
    path("apply/<uuid:token>/countdown/", applying.minutes_left, name="countdown"),
    path("request/", requesting.request_key, name="request"),
    path("request/taken/", requesting.taken, name="request_taken"),
    path("request/<uuid:token>/", requesting.finish, name="request_finish"),
    path("keys/<str:serial>/", keys.key, name="key"),
    path("licenses/<str:number>/", keys.license_page, name="license"),
    path("<str:number>/", reading.application, name="application"),
    path("<str:number>/correct/", correcting.correct, name="correct"),
    path("<str:number>/correct/confirm/", correcting.confirm, name="correct_confirm"),
    path("<str:number>/provisional/", provisional.ask, name="provisional"),
    path("<str:number>/done/", reading.done, name="done"),
    path("<str:number>/stop/", keys.stop, name="stop"),
    path("<str:number>/withdraw/", reading.withdraw, name="withdraw"),
]
