"""Every answer is JSON. `Accept` and `?format=` are not asked: existing clients send there what they like."""

from __future__ import annotations

from collections.abc import Iterable

from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request


class FirstRenderer(DefaultContentNegotiation):
    """Parsers are chosen by `Content-Type` as usual, the renderer is always the view's first."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """The first, whatever the client would rather have: an answer in JSON is worth more to it than a 406."""
        renderer = next(iter(renderers))
        return renderer, str(renderer.media_type)
