from django.urls import path

from contracts.views import certificates, joining, people, reading, renewals

app_name = "contracts"
urlpatterns = [
    path("", reading.contract_list, name="list"),
    path("people/", people.people, name="people"),
    path("people/invite/", people.invite, name="invite"),
    path("people/<int:pk>/", people.roles, name="roles"),
    path("people/<int:pk>/leave/", people.leave, name="leave"),
    path("people/invitations/<int:pk>/again/", people.again, name="invite_again"),
    path("people/invitations/<int:pk>/withdraw/", people.take_back, name="take_back"),
    path("profile/", people.profile, name="profile"),
    path("invitation/<str:token>/", joining.invitation, name="invitation"),
    path("mailbox/", joining.mailbox, name="mailbox"),
    path("mailbox/sent/", joining.mailbox_done, name="mailbox_done"),
    path("renewals/<str:number>/", renewals.renewal, name="renewal"),
    path("renewals/<str:number>/withdraw/", renewals.withdraw, name="renewal_withdraw"),
    path("<slug:number>/renew/", renewals.renew, name="renew"),
    path("<slug:number>/not-renewing/", renewals.nonrenewal, name="nonrenewal"),
    path("<slug:number>/not-renewing/undo/", renewals.undo_nonrenewal, name="undo_nonrenewal"),
    path("<slug:number>/certificates.pdf", certificates.certificates, name="certificates"),
    path(
        "<slug:number>/certificates/<path:certificate_number>.pdf",
        certificates.certificate,
        name="certificate",
    ),
    path("<slug:number>/", reading.contract_detail, name="detail"),
]
