"""An S3-compatible storage on this machine: moto's server, in a process of its own, with one empty bucket."""

from __future__ import annotations

import subprocess
import sys
import time
from contextlib import suppress
from typing import Any

import boto3
import httpx

from tests.e2e.stack import free_port

BUCKET = "recordings"
REGION = "us-east-1"
KEY = "tester"
SECRET = "not a real one"
START_SECONDS = 60.0


class S3:
    """Enter it to start it; leave it and it is gone with all that it holds. `address` is one of the loopback."""

    def __init__(self, address: str = "127.0.0.1") -> None:
        self.address = address

    def __enter__(self) -> S3:
        port = free_port()
        self.url = f"http://{self.address}:{port}"
        self._process = subprocess.Popen(
            [sys.executable, "-m", "moto.server", "-H", self.address, "-p", str(port)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            self._wait()
            self.client: Any = boto3.client(
                "s3",
                endpoint_url=self.url,
                region_name=REGION,
                aws_access_key_id=KEY,
                aws_secret_access_key=SECRET,
            )
            self.client.create_bucket(Bucket=BUCKET)
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()
        self._end()

    @property
    def environment(self) -> dict[str, str]:
        """The settings with which the service keeps its media here."""
        return {
            "WHISPERHUB_S3_BUCKET": BUCKET,
            "WHISPERHUB_S3_ENDPOINT_URL": self.url,
            "WHISPERHUB_S3_REGION": REGION,
            "WHISPERHUB_S3_ACCESS_KEY": KEY,
            "WHISPERHUB_S3_SECRET_KEY": SECRET,
        }

    @property
    def storage(self) -> dict[str, Any]:
        """The same for Django's STORAGES."""
        where = {"bucket_name": BUCKET, "endpoint_url": self.url, "region_name": REGION}
        return {
            "BACKEND": "storages.backends.s3.S3Storage",
            "OPTIONS": {**where, "access_key": KEY, "secret_key": SECRET, "file_overwrite": False},
        }

    def empty(self) -> None:
        """Delete every object."""
        for key in self.sizes():
            self.client.delete_object(Bucket=BUCKET, Key=key)

    def put(self, key: str, content: bytes) -> None:
        """Write an object past the service."""
        self.client.put_object(Bucket=BUCKET, Key=key, Body=content)

    def sizes(self) -> dict[str, int]:
        """Bytes of every stored object, by its key."""
        listed = self.client.list_objects_v2(Bucket=BUCKET).get("Contents", [])
        return {each["Key"]: each["Size"] for each in listed}

    def _wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            with suppress(httpx.TransportError):
                if httpx.get(self.url).is_success:
                    return
            time.sleep(0.1)
        raise RuntimeError("moto's server did not start")

    def _end(self) -> None:
        self._process.kill()
        self._process.wait()
