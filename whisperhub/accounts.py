"""Settings of accounts: passwords, who guesses, letters to people, the organisation's own sign-in."""

from __future__ import annotations

import socket
from datetime import timedelta
from importlib.util import find_spec

from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse_lazy

from .env import env

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
# Who guesses a password waits: counted by user name and address, so that nobody shuts out anybody else.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = env.int("WHISPERHUB_LOGIN_FAILURES", default=5)
AXES_COOLOFF_TIME = timedelta(minutes=env.float("WHISPERHUB_LOGIN_LOCK_MINUTES", default=15.0))
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_CLIENT_IP_CALLABLE = "transcripts.client_address.address"
AXES_LOCKOUT_CALLABLE = "transcripts.web.sign_in.locked_out"
# The audit trail keeps who came and failed to; a second log would only keep more of people than is needed.
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
# A link by which a password is set is good for a day: it may be handed over on paper.
PASSWORD_RESET_TIMEOUT = 24 * 3600
LOGIN_URL = reverse_lazy("login")
LOGIN_REDIRECT_URL = reverse_lazy("library")
LOGOUT_REDIRECT_URL = reverse_lazy("login")

# Letters to people. Links in them begin with the public address, never with what a request claims to be its host.
EMAIL_IS_SET = bool(env.str("EMAIL_URL", default=""))
_MAIL = env.mail_server("EMAIL_URL", default="smtp://localhost:25")
EMAIL_BACKEND = _MAIL["EMAIL_BACKEND"]
EMAIL_HOST = _MAIL["EMAIL_HOST"]
EMAIL_PORT = _MAIL["EMAIL_PORT"]
EMAIL_HOST_USER = _MAIL["EMAIL_HOST_USER"] or ""
EMAIL_HOST_PASSWORD = _MAIL["EMAIL_HOST_PASSWORD"] or ""
EMAIL_USE_TLS = _MAIL.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = _MAIL.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 20
PUBLIC_URL = env.str("WHISPERHUB_PUBLIC_URL", default="")
DEFAULT_FROM_EMAIL = env.str("WHISPERHUB_MAIL_FROM", default=f"WhisperHub <whisperhub@{socket.gethostname()}>")

# The organisation's own sign-in, by OpenID Connect: with django-allauth, an extra (docs/single-sign-on.md).
OIDC_ISSUER = env.str("WHISPERHUB_OIDC_ISSUER", default="").rstrip("/")
OIDC_CLIENT_ID = env.str("WHISPERHUB_OIDC_CLIENT_ID", default="")
OIDC_NAME = env.str("WHISPERHUB_OIDC_NAME", default="your organisation")
OIDC_ACCOUNTS = env.str("WHISPERHUB_OIDC_ACCOUNTS", default="existing")
OIDC_EMAIL_DOMAINS = [name.lower() for name in env.list("WHISPERHUB_OIDC_EMAIL_DOMAINS", default=[])]
OIDC_EMAILS_ARE_VERIFIED = env.bool("WHISPERHUB_OIDC_EMAILS_ARE_VERIFIED", default=False)
OIDC_GROUPS_CLAIM = env.str("WHISPERHUB_OIDC_GROUPS_CLAIM", default="groups")
OIDC_GROUPS = env.dict("WHISPERHUB_OIDC_GROUPS", default={})
OIDC_PROVIDER_ID = "oidc"
OIDC_APPS = [
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
]
OIDC_MIDDLEWARE = ["allauth.account.middleware.AccountMiddleware"]
if OIDC_ISSUER and find_spec("allauth") is None:
    raise ImproperlyConfigured("WHISPERHUB_OIDC_ISSUER needs more packages: pip install -r requirements-oidc.txt")
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": OIDC_PROVIDER_ID,
                "name": OIDC_NAME,
                "client_id": OIDC_CLIENT_ID,
                "secret": env.str("WHISPERHUB_OIDC_CLIENT_SECRET", default=""),
                "settings": {"server_url": OIDC_ISSUER},
            }
        ],
    }
}
SOCIALACCOUNT_ADAPTER = "transcripts.web.single_sign_on.SignOnAdapter"
ACCOUNT_ADAPTER = "transcripts.web.single_sign_on.DoorAdapter"
# Nothing of it but the way to the provider and back: no forms, no letters, no tokens kept.
SOCIALACCOUNT_ONLY = True
ACCOUNT_EMAIL_VERIFICATION = "none"
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_LOGIN_ON_GET = True
