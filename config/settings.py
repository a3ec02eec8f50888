"""Settings; everything an operator may change comes from the environment (docs/operations.md)."""

import datetime as dt
import sys
from pathlib import Path

from csp.constants import NONE, SELF

from config import broker, env
from config.logs import logging_config
from config.mail import read_mail, read_site_url

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.text("DATA_DIR", str(BASE_DIR / "var"))).resolve()
TESTING = "pytest" in sys.modules

SECRET_KEY = env.secret_key(DATA_DIR)
DEBUG = env.flag("DEBUG", default=False)
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1],testserver")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")
HTTPS_ONLY = env.flag("HTTPS_ONLY", default=False)

INSTALLED_APPS = [
    "django_prometheus",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_filters",
    "django_htmx",
    "rest_framework",
    "knox",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "drf_standardized_errors",
    "csp",
    "config",
    "catalog",
    "sizing",
    "probes",
]

MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "config.middleware.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "config.middleware.RefuseNulMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "config.middleware.CloseEverythingMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

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
                "config.theme.theme",
            ],
        },
    },
]

DATABASES = {"default": env.database(DATA_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "en"
# There is one language; looking for others takes a millisecond of a page with a form.
USE_I18N = False
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = DATA_DIR / "static"
# Hashed names need a collectstatic run, which a test suite and `runserver` do not make.
HASHED_STATIC = env.flag(
    "HASHED_STATIC",
    default=not (DEBUG or TESTING) and (STATIC_ROOT / "staticfiles.json").exists(),
)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "config.static_storage.HashedStorage"
        if HASHED_STATIC
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not HASHED_STATIC
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

# ---- security -------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS_ONLY
CSRF_COOKIE_SECURE = HTTPS_ONLY
SECURE_SSL_REDIRECT = HTTPS_ONLY
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS_ONLY else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS_ONLY
SECURE_HSTS_PRELOAD = HTTPS_ONLY
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS_ONLY else None
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"
# Closes reading, estimating and sizing to visitors who have not signed in.
REQUIRE_SIGN_IN = env.flag("REQUIRE_SIGN_IN", default=False)
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024

# ---- REST -----------------------------------------------------------------------------------
RATE_LIMIT = env.text("RATE_LIMIT", "600/min")
# Reports of wrong values that one address may send; pages and API count together.
REPORT_LIMIT = env.text("REPORT_LIMIT", "off" if RATE_LIMIT == "off" else "20/hour")
REPORT_THROTTLE = "config.throttles.ReportThrottle"
# Alerts that one address may ask for, in the same way.
ALERT_LIMIT = env.text("ALERT_LIMIT", "off" if RATE_LIMIT == "off" else "10/hour")
ALERT_THROTTLE = "config.throttles.AlertThrottle"
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "config.tokens.BearerTokens",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticatedOrReadOnly"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["sizing.api.parsers.StrictJSONParser"],
    "DEFAULT_PAGINATION_CLASS": "catalog.api.pagination.Pages",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "config.openapi.DocumentedSchema",
    "DEFAULT_THROTTLE_CLASSES": ["config.throttles.AnonymousPostThrottle"],
    # Without this, throttles believe whatever address a visitor writes into X-Forwarded-For.
    "NUM_PROXIES": env.count("PROXIES"),
    "DEFAULT_THROTTLE_RATES": {"anonymous_post": RATE_LIMIT},
    "EXCEPTION_HANDLER": "drf_standardized_errors.handler.exception_handler",
    "URL_FORMAT_OVERRIDE": "format",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
REST_KNOX = {"AUTH_HEADER_PREFIX": "Bearer", "TOKEN_TTL": None, "AUTO_REFRESH": False}
SPECTACULAR_SETTINGS = {
    "TITLE": "Ridgeline",
    "DESCRIPTION": "GPU hardware catalog, probes and workload sizing.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_ADD_EXPLICIT_BLANK_NULL_CHOICE": False,
    "ENUM_NAME_OVERRIDES": {
        **{
            name: f"drf_standardized_errors.openapi_serializers.{name}.choices"
            for name in (
                *("ValidationErrorEnum", "ClientErrorEnum", "ServerErrorEnum"),
                *(f"ErrorCode{code}Enum" for code in (401, 403, 404, 405, 406, 415, 429, 500)),
            )
        },
        "HostStatus": ["online", "offline"],
        "RunStatus": "probes.models.ProbeRun.Status",
        "VendorKind": "catalog.models.vendor.Vendor.Kind",
        "SourceKind": "catalog.models.source.Source.Kind",
        "ServerKind": "catalog.models.server.Server.Kind",
        "OfferStatus": "catalog.models.offer.Offer.Status",
    },
    "POSTPROCESSING_HOOKS": ["drf_standardized_errors.openapi_hooks.postprocess_schema_enums"],
}
DRF_STANDARDIZED_ERRORS = {"ALLOWED_ERROR_STATUS_CODES": ["400", "401", "403", "404"]}

# ---- search ---------------------------------------------------------------------------------
# What the one search looks through, in the order of its page; the catalog knows no sizing.
SEARCH_NOUNS = [
    "catalog.search.hardware.ACCELERATORS",
    "catalog.search.hardware.SERVERS",
    "catalog.search.hardware.INSTANCES",
    "catalog.search.market.OFFERS",
    "sizing.search.MODELS",
    "catalog.search.market.VENDORS",
    "catalog.search.market.SOURCES",
]

# ---- glossary -------------------------------------------------------------------------------
# Where each abbreviation of a heading is explained.
GLOSSARY_ANCHORS = "sizing.glossary.ANCHORS"

# ---- comparison -----------------------------------------------------------------------------
# The part of a comparison that knows workloads.
COMPARED_WORKLOAD = "sizing.comparing.part.workload_part"

# ---- mail and alerts ------------------------------------------------------------------------
SITE_URL = read_site_url()
MAIL = read_mail(DATA_DIR)
MAIL_OFFERED = MAIL.offered
EMAIL_BACKEND, DEFAULT_FROM_EMAIL = MAIL.backend, MAIL.sender
EMAIL_FILE_PATH = MAIL.folder
EMAIL_HOST, EMAIL_PORT = MAIL.host, MAIL.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = MAIL.user, MAIL.password
EMAIL_USE_TLS, EMAIL_USE_SSL = MAIL.starttls, MAIL.tls
EMAIL_TIMEOUT = 8
# Both are for trying things out on one machine.
WEBHOOK_HTTP = env.flag("WEBHOOK_HTTP", default=False)
WEBHOOK_PRIVATE = env.flag("WEBHOOK_PRIVATE", default=False)

# ---- tasks ----------------------------------------------------------------------------------
CELERY_BROKER_URL = broker.url(DATA_DIR)
INGEST_QUEUE = "ingest"
RECALIBRATE_TASK = "sizing.recalibrate"
PRODUCTS_TIMED_TASK = "sizing.products_timed"
# Sizing asks for timed products through this name, since it must not know the probes.
TIME_PRODUCTS = "probes.services.products.time_products"
HEARTBEAT_EVERY_S = 10
HOST_OFFLINE_AFTER_S = 35
PROBE_KEYS_DIR = DATA_DIR / "keys"

# ---- retention ------------------------------------------------------------------------------
SIZING_KEPT_FOR = dt.timedelta(days=90)

LOGGING = logging_config(as_json=env.flag("LOG_JSON", default=False))
PROMETHEUS_EXPORT_MIGRATIONS = False
