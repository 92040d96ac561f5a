from django.urls import path

from inquiries.views import files, filing, threads

app_name = "inquiries"

urlpatterns = [
    path("", threads.overview, name="list"),
    path("new/", filing.new, name="new"),
    path("new/<uuid:token>/", filing.new, name="edit"),
    path("new/<uuid:token>/confirm/", filing.confirm, name="confirm"),
    path("new/<uuid:token>/files/", filing.upload, name="upload"),
    path("new/countdown/", filing.minutes_left, name="countdown"),
    path("new/promise/", filing.promise, name="promise"),
    path("files/<uuid:file_id>/", files.download, name="file"),
    path("<str:number>/", threads.thread, name="thread"),
    path("<str:number>/done/", filing.done, name="done"),
    path("<str:number>/close/", threads.close, name="close"),
    path("<str:number>/withdraw/", threads.withdraw, name="withdraw"),
]
