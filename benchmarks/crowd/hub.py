"""The hub as those see it who come to it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import httpx

PATIENCE_SECONDS = 600.0


@dataclass(frozen=True)
class Hub:
    """Where it is, a program's key, a person's session, and a file that is there when all are to come to an end."""

    url: str
    key: str
    cookies: dict[str, str]
    end: Path

    def is_over(self) -> bool:
        """Whether all are to come to an end."""
        return self.end.exists()

    def program(self) -> httpx.AsyncClient:
        """Any number of programs with one key."""
        return self._client(headers={"Authorization": f"Bearer {self.key}"})

    def browser(self) -> httpx.AsyncClient:
        """Any number of pages of one person."""
        return self._client(cookies=self.cookies)

    def _client(self, **who: dict[str, str]) -> httpx.AsyncClient:
        limits = httpx.Limits(max_connections=None)
        return httpx.AsyncClient(base_url=self.url, timeout=PATIENCE_SECONDS, limits=limits, **who)  # type: ignore[arg-type]


def signed_in(url: str, name: str, password: str) -> dict[str, str]:
    """The cookies of a person's browser."""
    with httpx.Client(base_url=url, timeout=PATIENCE_SECONDS, follow_redirects=True) as browser:
        form = browser.get("/login")
        token = form.text.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
        fields = {"username": name, "password": password, "csrfmiddlewaretoken": token}
        browser.post("/login", data=fields, headers={"Referer": f"{url}/login"}).raise_for_status()
        return dict(browser.cookies)
