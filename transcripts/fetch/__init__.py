"""Opens URLs that callers give, without letting them reach into this network. Knows nothing of Django.

`open_url` downloads; `checked_address` and `send_request` are its two halves, for whoever has to send something else.
"""

from transcripts.fetch.connection import send_request, transport_errors
from transcripts.fetch.download import Download, open_url
from transcripts.fetch.errors import FetchError, FetchTimeout, RefusedUrl, TooLarge, UpstreamError
from transcripts.fetch.guard import CheckedAddress, Resolve, checked_address, system_addresses
from transcripts.fetch.limits import WEB_PORTS, Deadline, FetchLimits

__all__ = [
    "WEB_PORTS",
    "CheckedAddress",
    "Deadline",
    "Download",
    "FetchError",
    "FetchLimits",
    "FetchTimeout",
    "RefusedUrl",
    "Resolve",
    "TooLarge",
    "UpstreamError",
    "checked_address",
    "open_url",
    "send_request",
    "system_addresses",
    "transport_errors",
]
