"""The pages of signing in: only those of allauth's that the desk needs, each by itself.

Sign-up, password reset by mail, changing one's address: not mounted, so they do not exist.
The names are allauth's, which redirects between them.
"""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.conf import settings
from django.urls import include, path

from supportdesk.accounts import demo, views
from supportdesk.accounts.gate import own_factors

_own_factors = [
    path("", own_factors(mfa.index), name="mfa_index"),
    path("app/", own_factors(views.SetUpTotp.as_view()), name="mfa_activate_totp"),
    path("app/remove/", own_factors(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("codes/", own_factors(recovery.view_recovery_codes), name="mfa_view_recovery_codes"),
    path(
        "codes/new/",
        own_factors(recovery.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path("passkeys/", own_factors(webauthn.list_webauthn), name="mfa_list_webauthn"),
    path("passkeys/add/", own_factors(views.AddPasskey.as_view()), name="mfa_add_webauthn"),
    path(
        "passkeys/<int:pk>/remove/",
        own_factors(webauthn.remove_webauthn),
        name="mfa_remove_webauthn",
    ),
    path("passkeys/<int:pk>/", own_factors(webauthn.edit_webauthn), name="mfa_edit_webauthn"),
]

urlpatterns = [
    path("sign-in/", views.RequestCode.as_view(), name="account_request_login_code"),
    path("sign-in/code/", account.confirm_login_code, name="account_confirm_login_code"),
    path("sign-out/", account.logout, name="account_logout"),
    path("sign-in/refused/", account.account_inactive, name="account_inactive"),
    path("staff-sign-in/", account.login, name="account_login"),
    path("staff-sign-in/second-factor/", mfa.authenticate, name="mfa_authenticate"),
    path("staff-sign-in/again/", account.reauthenticate, name="account_reauthenticate"),
    path("staff-sign-in/again/second-factor/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path(
        "staff-sign-in/again/passkey/",
        webauthn.reauthenticate_webauthn,
        name="mfa_reauthenticate_webauthn",
    ),
    path("staff-sign-in/factors/", include(_own_factors)),
]

if settings.DEMO:
    _demo = [path("sign-in/", demo.sign_in, name="demo_sign_in")]
    urlpatterns.append(path("demo/", include((_demo, "accounts"))))
