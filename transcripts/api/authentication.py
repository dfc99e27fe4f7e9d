"""How a machine client says who it is: a key in one of two headers, or an address inside a trusted network."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated
from rest_framework.request import Request

from transcripts.access import Actor
from transcripts.client_address import is_trusted
from transcripts.models import ApiKey


class KeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer KEY` or `X-API-Key: KEY`. `request.auth` is the `Actor`."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, Actor] | None:
        """The actor of the key that was sent; None without one.

        Raises:
            AuthenticationFailed: 401 for a key that is unknown, revoked or expired (not told apart to the outside).
        """
        sent = _sent_key(request)
        if sent is None:
            return None
        key = ApiKey.find(sent)
        if key is None:
            raise AuthenticationFailed("The API key is unknown, revoked or expired.")
        return AnonymousUser(), Actor(key=key)

    def authenticate_header(self, request: Request) -> str:
        """For `WWW-Authenticate`: makes a missing key a 401."""
        return 'Bearer realm="WhisperHub"'


class TrustedNetworkAuthentication(BaseAuthentication):
    """Clients of the internal network from before there were keys. Off unless networks are configured."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, Actor] | None:
        """The nameless actor of a trusted address; None elsewhere, and None for browsers with a session."""
        if request._request.user.is_authenticated or not is_trusted(request._request):
            return None
        return AnonymousUser(), Actor()


def _sent_key(request: Request) -> str | None:
    scheme, _, value = str(request.META.get("HTTP_AUTHORIZATION", "")).partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    return request.META.get("HTTP_X_API_KEY")


def actor(request: Request) -> Actor | None:
    """Who asks: key, trusted client, or the signed-in person; None for nobody."""
    if isinstance(request.auth, Actor):
        return request.auth
    return Actor.person(request.user) if request.user.is_authenticated else None


def acting(request: Request) -> Actor:
    """The actor of a request that a permission class has let through.

    Raises:
        NotAuthenticated: if none did.
    """
    found = actor(request)
    if found is None:
        raise NotAuthenticated
    return found
