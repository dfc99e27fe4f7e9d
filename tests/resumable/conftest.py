"""A client of the tus protocol, at either face."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.conftest import KeyMaker
from tests.speech import SAMPLES
from transcripts.models import ApiKey, Scope

SAMPLE = "en-short-1.flac"
CONTENT = (SAMPLES / SAMPLE).read_bytes()
TUS = {"Tus-Resumable": "1.0.0"}
API, PAGES = "/api/v1/uploads", "/uploads"


class Tus:
    """One sender at one face."""

    def __init__(self, client: Client, root: str) -> None:
        self.client = client
        self.root = root

    def ask(self, method: str, path: str, body: bytes = b"", kind: str = "", **headers: str) -> Any:
        """The answer; `_` in a header's name stands for `-`."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.generic(method, path, body, kind, headers={**TUS, "Accept": "application/json", **given})

    def begin(self, length: int = len(CONTENT), filename: str = SAMPLE, /, **options: str) -> Any:
        """The answer to POST without any bytes."""
        return self.ask(
            "POST", self.root, upload_length=str(length), upload_metadata=said(filename=filename, **options)
        )

    def begun(self, length: int = len(CONTENT), filename: str = SAMPLE, /, **options: str) -> str:
        """The address of a new upload."""
        answer = self.begin(length, filename, **options)
        assert answer.status_code == 201, answer.content
        address: str = answer["Location"]
        return address

    def send(self, address: str, body: bytes, offset: int = 0, /, **headers: str) -> Any:
        """The answer to PATCH."""
        return self.ask("PATCH", address, body, "application/offset+octet-stream", upload_offset=str(offset), **headers)

    def sent(self, content: bytes = CONTENT, filename: str = SAMPLE, /, **options: str) -> str:
        """The address of a whole upload."""
        address = self.begun(len(content), filename, **options)
        assert self.send(address, content).status_code == 204
        return address

    def offset(self, address: str) -> int:
        """What HEAD says."""
        answer = self.ask("HEAD", address)
        assert answer.status_code == 200, answer.content
        return int(answer["Upload-Offset"])

    def finish(self, address: str, **options: Any) -> Any:
        """The answer to the request for its transcript."""
        if self.root == PAGES:
            return self.ask("POST", f"{address}/transcribe")
        body = {"upload": address.rpartition("/")[2], **options}
        return self.client.post("/api/v1/transcripts", body, "application/json")


def said(**pairs: str) -> str:
    """`Upload-Metadata` of these pairs."""
    return ",".join(f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in pairs.items())


@pytest.fixture
def key(make_key: KeyMaker) -> tuple[ApiKey, str]:
    """May transcribe."""
    return make_key(Scope.TRANSCRIBE)


@pytest.fixture
def program(key: tuple[ApiKey, str]) -> Tus:
    """A program with a key."""
    return Tus(Client(headers={"X-API-Key": key[1]}, raise_request_exception=False), API)


@pytest.fixture
def page(alice: User) -> Tus:
    """Alice's browser."""
    client = Client(raise_request_exception=False)
    client.force_login(alice)
    return Tus(client, PAGES)


@pytest.fixture(params=[API, PAGES], ids=["api", "page"])
def tus(request: pytest.FixtureRequest) -> Tus:
    """Either of them, one after the other."""
    found: Callable[..., Any] = request.getfixturevalue
    sender: Tus = found("program" if request.param == API else "page")
    return sender
