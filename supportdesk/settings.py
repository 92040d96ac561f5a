"""Settings from the environment; the table of all variables is in docs/operations.md.

One file for the demo, the tests and production. Production refuses to start
without its secrets and says which one is missing.
"""

import sys
from pathlib import Path

import django_stubs_ext
import environ
import pghistory
from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP

from supportdesk import staff_side
from supportdesk.history import process

django_stubs_ext.monkeypatch()  # ModelForm[Model] and the like at run time

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / ".var"

env = environ.FileAwareEnv()

DEMO = env.bool("DEMO", False)
TESTING = "pytest" in sys.modules or env.bool("TESTING", False)
DEBUG = env.bool("DEBUG", False)
# These commands only read and sign nothing: they answer on any machine, without secrets.
EXPLAINING = sys.argv[1:2] in (["explain"], ["verify"])

# Which process this is: web, worker, issuer, beat, or a command at a shell.
PROCESS_ROLE = env.str("PROCESS_ROLE", "shell")


def _secret(name: str, stand_in: str) -> str:
    """A secret from the environment (or from the file that NAME_FILE names)."""
    value: str = env.str(name, "")
    if value and value != stand_in:
        return value
    if DEMO or TESTING or EXPLAINING:
        return stand_in
    raise ImproperlyConfigured(
        f"{name} is {'the demo value' if value else 'not set'}: production needs its own."
    )


if DEBUG and not (DEMO or TESTING):
    raise ImproperlyConfigured("DEBUG is on: production refuses to start with it.")

SECRET_KEY = _secret("SECRET_KEY", "insecure-for-demo-and-tests-only-secret-key")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
# Fernet keys for what is encrypted at rest; the first one encrypts, all decrypt.
FIELD_ENCRYPTION_KEYS = _secret(
    "FIELD_ENCRYPTION_KEYS", "aW5zZWN1cmUtZm9yLWRlbW8tYW5kLXRlc3RzLW9ubHk="
).split(",")

SITE_URL = env.str("SITE_URL", "http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",
    "supportdesk.accounts.apps.DeskAdminConfig",  # django.contrib.admin behind our gate
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "django_htmx",
    "django_include_bootstrap",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "pgtrigger",
    "pghistory",
    "supportdesk.history",
    "supportdesk.accounts",
    "supportdesk.outbox",
    "supportdesk.business_calendar",
    "supportdesk.imports",
    "supportdesk.promises",
    "contracts",
    "inquiries",
    "licensing",
    "supportdesk",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "supportdesk.headers.permissions_policy",
    "supportdesk.addresses.without_nul",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "supportdesk.history.context.requests_are_named",
    "django.contrib.messages.middleware.MessageMiddleware",
    "supportdesk.accounts.sessions.SessionLimits",
    "supportdesk.accounts.language.as_chosen",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "supportdesk.presenting.middleware.dates_are_read_today",
]

ROOT_URLCONF = "supportdesk.urls"
WSGI_APPLICATION = "supportdesk.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.csp",
                "supportdesk.context.desk",
                *(["supportdesk.demo.context.people"] if DEMO else []),
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- Data -------------------------------------------------------------------

DATABASES = {
    "default": {
        **env.db_url_config(_secret("DATABASE_URL", "postgres://supportdesk@/supportdesk")),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "pool": env.bool("DATABASE_POOL", PROCESS_ROLE == "web"),
            "options": process.as_option(PROCESS_ROLE, sys.argv),
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Redis is Celery's broker and nothing else: without it every page still works.
REDIS_URL = env.str("REDIS_URL", "redis://127.0.0.1:6379/0")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "desk_cache",
        # Few enough to count quickly, too many to push a rate limit out of the table.
        "OPTIONS": {"MAX_ENTRIES": 50_000},
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"

# Attachments: outside every web root, under names of our own.
MEDIA_ROOT = env.path("MEDIA_ROOT", str(VAR_DIR / "media"))
# What can be imported and exported, in the order in which a new desk does it.
IMPORT_KINDS = [
    "contracts.imports.Customers",
    "contracts.imports.Contacts",
    "contracts.imports.Contracts",
    "contracts.imports.Certificates",
    "licensing.imports.Keys",
]
# Uploaded files and their lines are removed after so many days; the record stays.
IMPORT_KEEP_DAYS = env.int("IMPORT_KEEP_DAYS", 30)
STATIC_URL = "/static/"
STATIC_ROOT = env.path("STATIC_ROOT", str(VAR_DIR / "static"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEMO or TESTING
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEMO or TESTING
FILE_UPLOAD_PERMISSIONS = 0o640
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
DATA_UPLOAD_MAX_NUMBER_FILES = 10
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# --- History: written by triggers, told by the desk's clock ----------------------

PGHISTORY_CREATED_AT_FUNCTION = "desk_now()"
PGHISTORY_JSON_ENCODER = "supportdesk.history.context.ContextEncoder"
PGHISTORY_FOREIGN_KEY_FIELD = pghistory.ForeignKey(db_index=False)  # read by its own row alone

# --- Language and time --------------------------------------------------------

LANGUAGE_CODE = "ja"
LANGUAGES = [("ja", "日本語"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "supportdesk.formats"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Tokyo"

# --- Mail: only the outbox talks to this server -------------------------------

EMAIL_URL = env.str("EMAIL_URL", "smtp://127.0.0.1:8025")
MAILERS: dict[str, object] = {}  # whatever else in here would send a mail fails loudly
SILENCED_SYSTEM_CHECKS = ["mail.W001"]  # … as it says
DEMO_MAILS = Path(env.str("DEMO_MAILS", "mails"))  # what the demo's catcher kept
DEFAULT_FROM_EMAIL = env.str(
    "DEFAULT_FROM_EMAIL", "年間サポートデスク <support@supportdesk.example>"
)
BOUNCE_DOMAIN = env.str("BOUNCE_DOMAIN", "supportdesk.example")
SUPPORT_TEAM_EMAIL = env.str("SUPPORT_TEAM_EMAIL", "team@supportdesk.example")

OUTBOX_LEASE_SECONDS = env.int("OUTBOX_LEASE_SECONDS", 15)
OUTBOX_BATCH = env.int("OUTBOX_BATCH", 20)
OUTBOX_WINDOW = env.int("OUTBOX_WINDOW", 20)
OUTBOX_MAX_ATTEMPTS = env.int("OUTBOX_MAX_ATTEMPTS", 8)
CRASH_POINTS = TESTING or env.bool("CRASH_POINTS", False)

# Asked what was accepted as covered by an order before it is withdrawn.
WHAT_WAS_COVERED = [
    "inquiries.services.covered.covered_under",
    "licensing.services.covered.covered_under",
]

# Days before the end of a period on which its people are reminded; below zero, after it.
RENEWAL_REMINDER_DAYS = env.list("RENEWAL_REMINDER_DAYS", cast=int, default=[90, 60, 30, 7, -1])

# --- Work that must happen, Redis or not: swept by threads of the workers -----

SWEEPS_BY_ROLE = {
    "worker": [
        "supportdesk.outbox.tasks.drain",
        "supportdesk.outbox.tasks.drain_slow",
        "supportdesk.promises.tasks.settle",
        "contracts.tasks.tell_of_closures",
        "supportdesk.imports.tasks.run_imports",
        "contracts.tasks.send_reminders",
        "licensing.tasks.remind_of_stops",
        "licensing.tasks.answer_requests",
    ],
    "issuer": [
        "licensing.tasks.issue_due",
        "licensing.tasks.sign_anew",
        "licensing.tasks.publish_revocations",
        "contracts.tasks.sign_certificates",
    ],
}
SWEEPS = SWEEPS_BY_ROLE.get(PROCESS_ROLE, [])
# What a worker proves before it sweeps: its secrets fit what was stored with them.
START_CHECKS = ["licensing.tasks.prove_sealing"] if SWEEPS else []
SWEEP_INTERVAL = env.float("SWEEP_INTERVAL", 1.0)
SWEEP_HEARTBEAT = env.str("SWEEP_HEARTBEAT", "")

# How long staff may serve a contract ahead of its certificate, from the day they accept the order.
PROVISION_DAYS = env.int("PROVISION_DAYS", 14)

# The customs of license keys. A licence may move so often in so many months from its first move.
LICENSE_MOVES = env.int("LICENSE_MOVES", 4)
LICENSE_MOVE_MONTHS = env.int("LICENSE_MOVE_MONTHS", 6)
LICENSE_OVERLAP_DAYS = env.int("LICENSE_OVERLAP_DAYS", 60)
LICENSE_PROVISIONAL_DAYS = env.int("LICENSE_PROVISIONAL_DAYS", 30)
# A mistyped host code put right within so many days of the key is no move.
LICENSE_CORRECTION_DAYS = env.int("LICENSE_CORRECTION_DAYS", 7)
# Business days in which a returned application keeps its coverage day.
LICENSE_RETURN_DAYS = env.int("LICENSE_RETURN_DAYS", 5)
# What somebody asked who cannot sign in waits so many days for a registered contact.
LICENSE_REQUEST_DAYS = env.int("LICENSE_REQUEST_DAYS", 14)
# Another form of host code than the desk's own: product code=module with normalise and display.
LICENSE_HOST_CODES = env.dict("LICENSE_HOST_CODES", default={})

# Private signing keys: only the issuer is given this folder.
SIGNING_KEY_DIR = env.str("SIGNING_KEY_DIR", "")
SIGNING_PUBLIC_KEYS = env.str("SIGNING_PUBLIC_KEYS", str(VAR_DIR / "signing" / "public.json"))
# So long a new key is published before it signs: products need its public half first.
SIGNING_NEXT_DAYS = env.int("SIGNING_NEXT_DAYS", 14)
# The revocation list is published anew when it changed, and at least this often.
REVOCATION_LIST_HOURS = env.int("REVOCATION_LIST_HOURS", 24)

# Who issues the certificates, as they print it.
ISSUER_NAME = env.str("ISSUER_NAME", "年間サポートデスク")
ISSUER_ADDRESS = env.str("ISSUER_ADDRESS", "")

# --- Signing in -----------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["supportdesk.accounts.backends.DeskBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in {
        "MinimumLengthValidator": {"min_length": 12},
        "CommonPasswordValidator": {},
        "NumericPasswordValidator": {},
        "UserAttributeSimilarityValidator": {"user_attributes": ("email", "name")},
    }.items()
] + [{"NAME": "supportdesk.accounts.passwords.DeskPasswordValidator"}]
LOGIN_URL = "account_request_login_code"
LOGIN_REDIRECT_URL = LOGOUT_REDIRECT_URL = "/"

ACCOUNT_ADAPTER = "supportdesk.accounts.adapter.DeskAccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]  # sign-up is closed; allauth's forms still ask
ACCOUNT_EMAIL_VERIFICATION = "none"  # staff register addresses; the code proves the mailbox
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_LOGIN_BY_CODE_FORMAT = {"numeric": True, "length": 8}
ACCOUNT_SESSION_REMEMBER = (
    False  # staff: until the browser closes, or supportdesk.accounts.sessions
)
ACCOUNT_FORMS = {
    "login": "supportdesk.accounts.forms.StaffSignInForm",
    "request_login_code": "supportdesk.accounts.forms.RequestCodeForm",
    "confirm_login_code": "supportdesk.accounts.forms.ConfirmCodeForm",
    "reauthenticate": "supportdesk.accounts.forms.PasswordAgainForm",
}
# Counted in PostgreSQL. "key" is the account and the client's address for a
# failed sign-in, the address that was asked for a code.
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "100/h/ip,10/15m/key",
    "request_login_code": "60/h/ip,5/15m/key",
    "reauthenticate": "10/15m/user",
    # Of those who cannot sign in; "key" is the client's address and the certificate number
    # that was typed; of all of them together, a brake that no honest day comes near.
    "license_request": "5/10m/ip,20/d/key",
    "license_request_all": "600/h/key",
}
# How many proxies of ours stand in front: only what the last ones say of the client is believed.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", 0)

MFA_ADAPTER = "supportdesk.accounts.adapter.DeskMFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "サポートデスク"
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_FORMS = {
    "authenticate": "supportdesk.accounts.forms.SecondFactorForm",
    "reauthenticate": "supportdesk.accounts.forms.SecondFactorAgainForm",
    "activate_totp": "supportdesk.accounts.forms.SetUpTotpForm",
    "add_webauthn": "supportdesk.accounts.forms.AddPasskeyForm",
    "edit_webauthn": "supportdesk.accounts.forms.RenamePasskeyForm",
}

# --- Headers --------------------------------------------------------------------

SECURE_CSP: dict[str, list[str]] = {
    "default-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],  # Bootstrap's own sheet carries its glyphs as data:
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
}
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
HTTPS = env.bool("HTTPS", not (DEMO or TESTING))
SECURE_SSL_REDIRECT = False  # the reverse proxy does it, and health checks come in plain
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-sessionid" if HTTPS else "sessionid"
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 7 * 24 * 3600  # shorter limits: supportdesk.accounts.sessions
CSRF_COOKIE_NAME = "__Host-csrftoken" if HTTPS else "csrftoken"
CSRF_COOKIE_HTTPONLY = True  # forms and htmx carry the token themselves
CSRF_COOKIE_SAMESITE = "Lax"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS

UNFOLD = staff_side.UNFOLD

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "WARNING")},
}
