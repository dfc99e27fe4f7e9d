"""A browser's visit: a page, all that it did behind our back, and what axe-core finds in it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Page, Request, expect

from tests.e2e.stack import ROOT, Stack

PATIENCE_MS = 30_000
AXE = (ROOT / "tests" / "vendor" / "axe" / "axe.min.js").read_text(encoding="utf-8")
# Screenshots of the run, for people to look at.
ARTEFACTS = ROOT / "artefacts"
# All rules, and again those of what a theme can change: the others say the same of both.
_THEMES: tuple[tuple[Literal["light", "dark"], list[str] | None], ...] = (
    ("light", None),
    ("dark", ["color-contrast", "link-in-text-block"]),
)
_RUN_AXE = """async (rules) => {
    const only = rules ? { runOnly: rules } : {}
    return (await axe.run({ resultTypes: ["violations"], ...only })).violations
}"""
_SESSIONS: dict[str, str] = {}  # of the first administrator, by the address of the stack


@dataclass
class Visit:
    """A page, and all that it did behind our back."""

    page: Page
    hosts: set[str] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("request", self._requested)
        self.page.on("console", self._told)
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("requestfailed", self._failed)

    def forgive(self, pattern: str) -> None:
        """What was meant to go wrong."""
        self.problems[:] = [problem for problem in self.problems if not re.search(pattern, problem)]

    def _requested(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob"):
            self.hosts.add(parts.netloc)

    def _failed(self, request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # the page was left while its sound was still loading
            self.problems.append(f"failed: {request.url} {request.failure}")

    def _told(self, message: ConsoleMessage) -> None:
        # A violation of the content security policy is told here too, as an error.
        if message.type in ("error", "warning"):
            self.problems.append(f"{message.type}: {message.text} ({message.location.get('url')})")


def sign_in(page: Page, stack: Stack, address: str = "/") -> None:
    """To a page for people, as the first administrator, with the password that `make run` printed.

    Who comes after goes on with that session: each form costs a page and a slow hash, as it should, and is filled in
    once for each stack, and after a sign-out.
    """
    if session := _SESSIONS.get(stack.base_url):
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": stack.base_url}])
    page.goto(address)
    if urlsplit(page.url).path != "/login":
        return
    printed = re.search(r"password (\S+)", stack.output.text)
    assert printed is not None
    page.get_by_label("User name").fill("admin")
    page.get_by_label("Password").fill(printed[1])
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: urlsplit(url).path != "/login", wait_until="load")
    cookies = {cookie["name"]: cookie["value"] for cookie in page.context.cookies()}
    _SESSIONS[stack.base_url] = cookies["sessionid"]


def send_though_known(page: Page, name: str) -> None:
    """The file that was just chosen may have been sent by another test: then the page asks whether it is meant."""
    row = page.locator(".transfer", has_text=name).last
    anyway = row.get_by_role("button", name="Transcribe all the same")
    expect(anyway.or_(row.get_by_role("link", name="Open")).first).to_be_visible()
    if anyway.is_visible():
        anyway.click()


def barriers(visit: Visit) -> list[str]:
    """What axe-core calls a violation of WCAG 2.2 AA or of its own best practice, in both themes: rule and element."""
    page, found, before = visit.page, [], list(visit.problems)
    page.evaluate(AXE)
    for theme, rules in _THEMES:
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        told = page.evaluate(_RUN_AXE, rules)
        found += [f"{theme}: {rule['id']}: {node['html']}" for rule in told for node in rule["nodes"]]
    visit.problems[:] = before  # it tries out styles, which the page's policy does not let pass
    return found


def screenshot(page: Page, name: str) -> None:
    """What the page looks like now, for whoever looks at the run."""
    page.screenshot(path=ARTEFACTS / f"{name}.png")
