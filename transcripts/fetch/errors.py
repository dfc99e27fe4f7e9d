"""What can go wrong when the server fetches from, or posts to, a URL that a caller gave.

FetchError
├── RefusedUrl       the URL itself: scheme, credentials, spelling, port, host not found or not public (HTTP 400)
├── TooLarge         the body is, or says that it will be, larger than allowed (HTTP 413)
├── FetchTimeout     the lookup, the connection or the whole transfer took too long (HTTP 504)
└── UpstreamError    the other server: bad status, connection refused or reset, TLS failure, broken HTTP (HTTP 502)

Every message may be shown to the caller: it names what the caller typed (or what a public server answered), never the
address that a name resolved to.
"""


class FetchError(Exception):
    """Base of everything that this package raises on purpose.

    `message` with its `values` in their places is what it says; a page may translate the one and keep the others.
    """

    def __init__(self, message: str, **values: object) -> None:
        super().__init__(message % values if values else message)
        self.message = message
        self.values = values


def gettext_noop(message: str) -> str:
    """Mark a message for the catalogues: gettext's tools go by the name, and this room knows no Django."""
    return message


class RefusedUrl(FetchError):
    """The URL, or a URL that it redirects to, is not one that this server may open."""


class TooLarge(FetchError):
    """The body exceeds the limit; it was not read further."""


class FetchTimeout(FetchError):
    """A time limit passed; how much had arrived does not matter."""


class UpstreamError(FetchError):
    """The other server failed, or answered with something that cannot be used."""
