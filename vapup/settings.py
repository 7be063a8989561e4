"""Settings, all from the environment (see .env.example); without any, the embedded demonstration profile."""

from __future__ import annotations

from pathlib import Path

import environ

from vapup.embedded.layout import instance
from vapup.profile import database_from, demonstration_secret, refuse_unsafe_production

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
if env.bool("VAPUP_READ_DOT_ENV", default=True):
    env.read_env(BASE_DIR / ".env")

IS_PRODUCTION = env.str("VAPUP_PROFILE", default="demonstration") == "production"
EMBEDDED = instance()

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="") or ("" if IS_PRODUCTION else demonstration_secret(EMBEDDED))
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[] if IS_PRODUCTION else ["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
PUBLIC_ORIGIN = env.str("PUBLIC_ORIGIN", default="http://127.0.0.1:8000")

INSTALLED_APPS = [
    "vapup.accounts.apps.AccountsConfig",
    "vapup.ui.apps.UiConfig",
    "vapup.documents.apps.DocumentsConfig",
    "cases.apps.CasesConfig",
    "monitoring.apps.MonitoringConfig",
    "subsidies.apps.SubsidiesConfig",
    "vapup.imports.apps.ImportsConfig",
    "vapup.help.apps.HelpConfig",
    "vapup.demonstration.apps.DemonstrationConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_filters",
    "django_htmx",
    "django_tables2",
    "pgtrigger",
    "pghistory",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "vapup.accounts.middleware.NoStoreMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "vapup.accounts.middleware.SessionAgeMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "vapup.accounts.middleware.MemberMiddleware",
    "pghistory.middleware.HistoryMiddleware",
    "vapup.help.middleware.HelpMiddleware",
    "vapup.accounts.middleware.PolicyMiddleware",
]
ROOT_URLCONF = "vapup.urls"
URL_POLICIES = "vapup.access.POLICIES"
WSGI_APPLICATION = "vapup.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

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
                "vapup.accounts.context.shell",
                "vapup.dashboard.context.bell",
                "vapup.help.context.help_shell",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
DJANGO_TABLES2_TEMPLATE = "_table.html"

DATABASES = {"default": database_from(env, EMBEDDED)}
# The role that requests and tasks drop to, under row-level security; see vapup/accounts/tenancy.py.
TENANT_ROLE = "vapup_app"
SWEEPER_ROLE = "vapup_sweeper"
# Shared by all processes: log-in attempts and used one-time codes must be counted once, not once per worker.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "vapup_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "dashboard:home"
ACCOUNT_ADAPTER = "vapup.accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = "[vapup] "
ACCOUNT_SESSION_REMEMBER = False
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "vapup"

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_IDLE_SECONDS = 60 * 60
SESSION_COOKIE_AGE = 12 * 60 * 60
CSRF_COOKIE_HTTPONLY = True
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

if IS_PRODUCTION:
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS, SECURE_HSTS_INCLUDE_SUBDOMAINS, SECURE_HSTS_PRELOAD = 365 * 24 * 3600, True, True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
    # Attempts to log in are counted by the visitor's address, which only the proxy in front knows.
    ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=1)
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "object-src": ["'none'"],
    }
}

LANGUAGE_CODE = "ja"
TIME_ZONE = "Asia/Tokyo"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = str(BASE_DIR / "staticfiles") if IS_PRODUCTION else None  # otherwise served from where they lie
WHITENOISE_USE_FINDERS = not IS_PRODUCTION
PRIVATE_FILES_ROOT = env.path("PRIVATE_FILES_ROOT", default=str(EMBEDDED.files))
STORAGES = {
    "default": {
        "BACKEND": "vapup.documents.storage.DurableFileStorage",
        "OPTIONS": {"location": str(PRIVATE_FILES_ROOT), "file_permissions_mode": 0o600},
    },
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if IS_PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

# Uploads lie on the disk while they are inspected; see vapup/documents/inspection.py.
UPLOAD_MAX_BYTES = env.int("UPLOAD_MAX_MB", default=20) * 1024 * 1024
UPLOAD_MAX_PAGES = env.int("UPLOAD_MAX_PAGES", default=300)
# Scanner and child together; the request's transaction is idle meanwhile, which the database ends after 30 seconds.
UPLOAD_INSPECTION_SECONDS = 22
FILE_UPLOAD_HANDLERS = ["vapup.documents.handlers.BoundedFileHandler"]
DATA_UPLOAD_MAX_NUMBER_FILES = 5
# The largest sheet is a repayment plan of 200 loans over ten years, 29 controls each; the rest is room for its head.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 6_000
# How much memory (address space) a process of the worker may have, which prints and merges packets.
RENDER_MEMORY_MB = env.int("RENDER_MEMORY_MB", default=1500)
# unix:/run/clamav/clamd.ctl or host:port; empty: uploads are not scanned, and the page says so.
CLAMD_ADDRESS = env.str("CLAMD_ADDRESS", default="")

EMAIL_BACKEND = env.str("EMAIL_BACKEND", default="django.core.mail.backends.filebased.EmailBackend")
EMAIL_FILE_PATH = str(EMBEDDED.root / "mail")
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT_SECONDS", default=10)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="" if IS_PRODUCTION else "vapup <vapup@localhost>")
# The address brings its own backend; services with an API need none and keep theirs.
if env.str("EMAIL_URL", default="") and not EMAIL_BACKEND.endswith("filebased.EmailBackend"):
    vars().update(env.email("EMAIL_URL"))
# For EMAIL_BACKEND=anymail.backends.…: the settings of the mail service, as a JSON object.
ANYMAIL = env.json("ANYMAIL", default={})
# A worker that dies with mails in hand holds them up for this long; it must be several EMAIL_TIMEOUT_SECONDS.
MAIL_LEASE_SECONDS = env.int("MAIL_LEASE_SECONDS", default=120)
REMINDER_SWEEP_SECONDS = env.int("REMINDER_SWEEP_SECONDS", default=60)

CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default=f"redis+socket://{EMBEDDED.redis_socket}")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "filters": {"secrets": {"()": "vapup.accounts.logs.MaskSecretPaths"}},
    "loggers": {name: {"filters": ["secrets"]} for name in ("django.request", "django.security.csrf")},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="WARNING")},
}

if IS_PRODUCTION:
    refuse_unsafe_production(globals())
