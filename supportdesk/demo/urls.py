"""Mounted under /demo/ in the demo, and nowhere else."""

from django.urls import path

from supportdesk.demo import views

app_name = "demo"

urlpatterns = [
    path("clock/", views.move_clock, name="clock"),
    path("mails/", views.mails, name="mails"),
    path("mails/<slug:name>/", views.mail, name="mail"),
    path("mails/<slug:name>/<int:index>/", views.attachment, name="attachment"),
]
