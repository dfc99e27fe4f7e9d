"""Signatures of the Standard Webhooks specification (https://www.standardwebhooks.com), version v1."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable

from transcripts.models import ApiKey

_PREFIX = "whsec_"


def headers(message_id: str, timestamp: int, body: bytes, secrets: Iterable[str]) -> dict[str, str]:
    """The three headers of a message that is sent at `timestamp` (Unix seconds), signed with each of `secrets`."""
    signed = b".".join((message_id.encode(), str(timestamp).encode(), body))
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(_signature(secret, signed) for secret in secrets),
    }


def secret_of(key: ApiKey) -> str:
    """What signs the callbacks of a key's own requests: made of the SHA-256 that the hub keeps of the key.

    Whoever holds the key can make it, nobody else, and no second secret has to be handed over. A secret of the whole
    hub would let each client write to the others in the hub's name.
    """
    return _PREFIX + base64.b64encode(bytes.fromhex(key.hash)).decode()


def _signature(secret: str, signed: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
