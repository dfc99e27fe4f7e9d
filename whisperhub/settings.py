"""Django settings. Defaults serve one machine with nothing configured; docs/settings.md explains every variable."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

from csp.constants import NONCE, NONE, SELF

from . import logs
from .accounts import *  # noqa: F403  # settings too, in a file of their own
from .accounts import OIDC_APPS, OIDC_ISSUER, OIDC_MIDDLEWARE
from .env import BASE_DIR, data_dir, env, networks, secret_key

VERSION = "0.1.0"

DATA_DIR = data_dir()
DEBUG = env.bool("WHISPERHUB_DEBUG", default=False)
SECRET_KEY = secret_key(DATA_DIR)
BIND_HOST = env.str("WHISPERHUB_HOST", default="127.0.0.1")
BIND_PORT = env.int("WHISPERHUB_PORT", default=8000)
# Who opens the service to a whole network is reached under names that nobody here knows.
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104  # compared with, not bound to
# This machine always reaches itself: `manage.py run` and local monitors ask /health.
ALLOWED_HOSTS = [
    "localhost",
    "127.0.0.1",
    "[::1]",
    *env.list(
        "WHISPERHUB_ALLOWED_HOSTS", default=["*"] if BIND_HOST in EVERYWHERE else [BIND_HOST, socket.gethostname()]
    ),
]
CSRF_TRUSTED_ORIGINS = env.list("WHISPERHUB_CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "transcripts.admin.apps.HubAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "axes",
    "csp",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    *(OIDC_APPS if OIDC_ISSUER else []),
    "transcripts",
]
MIDDLEWARE = [
    "transcripts.requests.tracing_requests",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "transcripts.incoming.closing_uploads",
    "transcripts.api.throttling.telling_rates",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "transcripts.web.language.PagesLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "transcripts.sign_ins.noting_use",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    *(OIDC_MIDDLEWARE if OIDC_ISSUER else []),
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "whisperhub.urls"
WSGI_APPLICATION = "whisperhub.wsgi.application"
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
                "transcripts.web.context.model_notice",
            ]
        },
    }
]

# Database: SQLite in the data folder, or PostgreSQL by DATABASE_URL.
_SQLITE_OPTIONS: dict[str, Any] = {
    # IMMEDIATE takes the write lock at BEGIN, so that the busy timeout applies: no "database is locked" on upgrade.
    "transaction_mode": "IMMEDIATE",
    # Seconds. Whoever looks at the right moment gets the lock: under full load one of 500 programs had no luck for 20.
    "timeout": 60,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
}
DATABASES: dict[str, dict[str, Any]] = {
    "default": env.db("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'whisperhub.sqlite3'}")
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = _SQLITE_OPTIONS
else:
    # Requests that wait hold a thread and no connection, so the threads are many and the connections few: whoever finds
    # none free waits for one, instead of being refused by the server (`max_connections` is 100 by default).
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    DATABASES["default"]["OPTIONS"] = {
        "pool": {"min_size": 1, "max_size": env.int("WHISPERHUB_DATABASE_CONNECTIONS", default=24), "timeout": 20}
    }
# Of each process its own: what is cheaper to keep than to make, such as the library's rows (3 kB each).
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 2000}},
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Queue and events: Redis by REDIS_URL, or a folder. The rows are the truth either way; messages only ring.
REDIS_URL = env.str("REDIS_URL", default="")
QUEUE_DIR = DATA_DIR / "queue"
CELERY_BROKER_URL = REDIS_URL or "folder://localhost"
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = (
    {"socket_connect_timeout": 3, "socket_timeout": 30, "socket_keepalive": True}
    if REDIS_URL
    else {
        "data_folder_in": str(QUEUE_DIR / "messages"),
        "data_folder_out": str(QUEUE_DIR / "messages"),
        "control_folder": str(QUEUE_DIR / "control"),
        "polling_interval": 0.05,
    }
)

# Media: a local folder, or S3-compatible storage.
MEDIA_ROOT = DATA_DIR / "media"
S3_BUCKET = env.str("WHISPERHUB_S3_BUCKET", default="")
_MEDIA_STORAGE: dict[str, Any] = (
    {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": S3_BUCKET,
            "endpoint_url": env.str("WHISPERHUB_S3_ENDPOINT_URL", default=None),
            "region_name": env.str("WHISPERHUB_S3_REGION", default=None),
            "access_key": env.str("WHISPERHUB_S3_ACCESS_KEY", default=None),
            "secret_key": env.str("WHISPERHUB_S3_SECRET_KEY", default=None),
            "file_overwrite": False,
            # What is read is spooled to disk beyond this, instead of the whole recording in memory (bytes).
            "max_memory_size": 16 * 1024**2,
        },
    }
    if S3_BUCKET
    else {"BACKEND": "django.core.files.storage.FileSystemStorage"}
)
STORAGES = {
    "default": _MEDIA_STORAGE,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Uploads land here while they stream in: on the same disk as the media, so that keeping one is a rename.
INCOMING_DIR = MEDIA_ROOT / "incoming"
# No route takes files but those that say so: nobody fills the disk through the login form.
FILE_UPLOAD_HANDLERS = ["transcripts.incoming.NoFilesHandler"]
# Where nginx sends recordings itself (X-Accel-Redirect, see deploy/nginx) it must be able to read them, by its group.
ACCEL_REDIRECT = env.str("WHISPERHUB_ACCEL_REDIRECT", default="")
FILE_UPLOAD_PERMISSIONS = 0o640 if ACCEL_REDIRECT else 0o600
MAX_UPLOAD_BYTES = env.int("WHISPERHUB_MAX_UPLOAD_BYTES", default=2 * 1024**3)
MAX_RECORDING_HOURS = env.float("WHISPERHUB_MAX_RECORDING_HOURS", default=24.0)
UPLOAD_HOURS = env.float("WHISPERHUB_UPLOAD_HOURS", default=72.0)

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Served from where they lie, by WhiteNoise: no collecting step that a new installation could forget.
WHITENOISE_USE_FINDERS = True

# Speech
WHISPER_MODEL = env.str("WHISPER_MODEL", default="auto")
WHISPER_MODEL_REVISION = env.str("WHISPER_MODEL_REVISION", default="") or None
WHISPER_DEVICE = env.str("WHISPER_DEVICE", default="auto")
WHISPER_COMPUTE_TYPE = env.str("WHISPER_COMPUTE_TYPE", default="auto")
WHISPER_TRANSLATE_MODEL = env.str("WHISPER_TRANSLATE_MODEL", default="") or None
WHISPER_MODELS = [name.strip() for name in env.list("WHISPER_MODELS", default=[]) if name.strip()]
WHISPER_IDLE_SECONDS = env.float("WHISPER_IDLE_SECONDS", default=300.0)
WHISPER_CPU_THREADS = env.int("WHISPER_CPU_THREADS", default=0)
MODELS_DIR = Path(env.str("WHISPERHUB_MODELS_DIR", default=str(DATA_DIR / "models")))

# The life of a transcript (docs/settings.md gives the reasons for the figures)
SYNC_TIMEOUT = env.float("WHISPERHUB_SYNC_TIMEOUT", default=900.0)
JOIN_SECONDS = env.float("WHISPERHUB_JOIN_SECONDS", default=1800.0)
MAX_QUEUE = env.int("WHISPERHUB_MAX_QUEUE", default=1000)
LEASE_SECONDS = env.float("WHISPERHUB_LEASE_SECONDS", default=60.0)
MAX_ATTEMPTS = env.int("WHISPERHUB_MAX_ATTEMPTS", default=3)
WORKER_JOBS = env.int("WHISPERHUB_WORKER_JOBS", default=16)
BIN_DAYS = env.int("WHISPERHUB_BIN_DAYS", default=30)
WEB_THREADS = env.int("WHISPERHUB_WEB_THREADS", default=512)
# Streams of events hold a thread each: so many at once in a process, and so long until the client comes again.
MAX_STREAMS = env.int("WHISPERHUB_MAX_STREAMS", default=256)
STREAM_SECONDS = env.float("WHISPERHUB_STREAM_SECONDS", default=300.0)

# Who may come in
TRUSTED_NETWORKS = networks("WHISPERHUB_TRUSTED_NETWORKS")
METRICS_TOKEN = env.str("WHISPERHUB_METRICS_TOKEN", default="")
ASR_DIALECT = env.bool("WHISPERHUB_ASR_DIALECT", default=False)
TRUSTED_PROXIES = networks("WHISPERHUB_TRUSTED_PROXIES")
URL_ALLOWED_NETWORKS = networks("WHISPERHUB_URL_ALLOWED_NETWORKS")
URL_ALLOWED_PORTS = env.list("WHISPERHUB_URL_ALLOWED_PORTS", cast=int, default=[80, 443, 8080, 8443])
URL_TIMEOUT = env.float("WHISPERHUB_URL_TIMEOUT", default=300.0)

# TLS is the proxy's; WHISPERHUB_HTTPS says that every browser comes in through it.
HTTPS = env.bool("WHISPERHUB_HTTPS", default=False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
# Browsers are sent to HTTPS; the machine clients of the internal network keep their plain port.
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [
    r"^transcribe",
    r"^health(/|$)",
    r"^metrics$",
    r"^api/",
    r"^v1/",
    r"^asr$",
    r"^detect-language$",
]
SESSION_COOKIE_HTTPONLY = True
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        # A nonce only where a page asks for one: wavesurfer.js brings the style of its shadow tree as an element.
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "media-src": [SELF, "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

LANGUAGE_CODE = "en"
# Each complete: tests/web/test_languages.py.
LANGUAGES = [("en", "English"), ("de", "Deutsch"), ("es", "Español")]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
TIME_ZONE = env.str("WHISPERHUB_TIME_ZONE", default="UTC")
USE_TZ = True

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "transcripts.api.authentication.KeyAuthentication",
        "transcripts.api.authentication.TrustedNetworkAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    # No route is open by omission: a view without a rule of its own answers nobody.
    "DEFAULT_PERMISSION_CLASSES": ["transcripts.api.permissions.Nobody"],
    "DEFAULT_THROTTLE_CLASSES": ["transcripts.api.throttling.KeyLimits"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "transcripts.api.negotiation.FirstRenderer",
    "DEFAULT_PARSER_CLASSES": ["transcripts.api.parsers.StrictJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "transcripts.api.exceptions.handle",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "WhisperHub",
    "DESCRIPTION": "Speech to text in your own network. Send a key as `Authorization: Bearer KEY` or `X-API-Key: KEY`.",
    "VERSION": VERSION,
    "SERVE_INCLUDE_SCHEMA": False,
    # Requests and answers apart: a file is bytes in the one and an address in the other.
    "COMPONENT_SPLIT_REQUEST": True,
    # Ours say themselves what a change must name.
    "COMPONENT_SPLIT_PATCH": False,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "transcripts.api.schema.bounds.without_column_bounds",
        "transcripts.api.schema.examples.with_examples",
    ],
    # Health has a status of its own.
    "ENUM_NAME_OVERRIDES": {"TranscriptStatus": "transcripts.models.Status"},
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"persistAuthorization": True, "tryItOutEnabled": True},
}

LOGGING = logs.LOGGING
