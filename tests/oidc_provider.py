"""A stand-in for the organisation's sign-in: an OpenID Connect provider that speaks the real protocol over real HTTP.

Authorization code flow with PKCE (RFC 6749, 7636, OpenID Connect Core and Discovery). It refuses what a strict provider
refuses, and signs its ID tokens. Only the login page is missing: whoever comes is `claims`.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT_ID = "whisperhub"
CLIENT_SECRET = "the client's secret"


class Provider:
    """Enter it to start it. `claims` is who signs in next; `token_claims` overrides them in the ID token alone."""

    def __init__(self) -> None:
        self.claims: dict[str, Any] = {}
        self.token_claims: dict[str, Any] = {}
        self.refuses = ""
        self.redirect_uri = ""
        self._codes: dict[str, dict[str, str]] = {}
        self._tokens: dict[str, dict[str, Any]] = {}
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.issuer = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Provider:
        threading.Thread(target=self._server.serve_forever, name="oidc-provider", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def get(self, path: str, query: dict[str, str], bearer: str) -> tuple[int, dict[str, Any] | str]:
        """The answer to a GET: JSON, or the address to go to with 302, or a page as text."""
        if path == "/authorize":
            return 302, self._authorize(query)
        if path == "/userinfo":
            return (200, self._tokens[bearer]) if bearer in self._tokens else (401, {"error": "invalid_token"})
        pages: dict[str, dict[str, Any] | str] = {
            "/.well-known/openid-configuration": self._configuration(),
            "/jwks": {"keys": [self._public_key()]},
            "/logout": "Signed out of the organisation.",
            "/favicon.ico": "",
        }
        return (200, pages[path]) if path in pages else (404, {"error": "not_found"})

    def token(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """Trade a code for tokens: once, by who asked for it."""
        asked = self._codes.pop(form.get("code", ""), None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            return 401, {"error": "invalid_client"}
        if (
            asked is None
            or form.get("grant_type") != "authorization_code"
            or form.get("redirect_uri") != asked["redirect_uri"]
            or challenge.rstrip(b"=").decode() != asked["code_challenge"]
        ):
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        said = {"iss": self.issuer, "aud": CLIENT_ID, "iat": now, "exp": now + 300}
        access = secrets.token_urlsafe()
        self._tokens[access] = dict(self.claims)
        identity = jwt.encode(
            {**said, **self.claims, **self.token_claims}, self._key, algorithm="RS256", headers={"kid": "one"}
        )
        return 200, {"access_token": access, "token_type": "Bearer", "expires_in": 300, "id_token": identity}

    def _configuration(self) -> dict[str, Any]:
        pages = {"authorization": "authorize", "token": "token", "userinfo": "userinfo", "end_session": "logout"}
        return {
            "issuer": self.issuer,
            "jwks_uri": f"{self.issuer}/jwks",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
            **{f"{name}_endpoint": f"{self.issuer}/{path}" for name, path in pages.items()},
        }

    def _public_key(self) -> dict[str, str]:
        key: dict[str, str] = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self._key.public_key()))
        return {**key, "kid": "one", "alg": "RS256", "use": "sig"}

    def _authorize(self, query: dict[str, str]) -> str:
        assert query["client_id"] == CLIENT_ID
        assert query["redirect_uri"] == self.redirect_uri, "a strict provider knows the one address of its client"
        assert query["response_type"] == "code"
        assert query["code_challenge_method"] == "S256"
        assert {"openid", "email"} <= set(query["scope"].split())
        if self.refuses:
            return f"{self.redirect_uri}?{urlencode({'error': self.refuses, 'state': query['state']})}"
        code = secrets.token_urlsafe()
        self._codes[code] = query
        return f"{self.redirect_uri}?{urlencode({'code': code, 'state': query['state']})}"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                bearer = self.headers.get("Authorization", "").removeprefix("Bearer ")
                self._answer(*provider.get(parts.path, dict(parse_qsl(parts.query)), bearer))

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                self._answer(*provider.token({name: values[0] for name, values in parse_qs(body).items()}))

            def _answer(self, status: int, answer: dict[str, Any] | str) -> None:
                is_page = isinstance(answer, str) and status == 200
                body = (
                    b""
                    if status == 302
                    else answer.encode()
                    if isinstance(answer, str)
                    else json.dumps(answer).encode()
                )
                self.send_response(status)
                if status == 302:
                    self.send_header("Location", str(answer))
                self.send_header("Content-Type", "text/html" if is_page else "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Quiet."""

        return Handler
