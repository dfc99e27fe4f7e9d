"""The admin site with our name on it, and its door."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django_htmx.http import HttpResponseClientRefresh

from transcripts.access import administers
from transcripts.overview import overview

from . import queue, usage
from .concerns import concerns


class HubAdminSite(AdminSite):
    """Django's admin under WhisperHub's header."""

    site_header = gettext_lazy("WhisperHub administration")
    site_title = "WhisperHub"
    index_title = gettext_lazy("Overview")

    def has_permission(self, request: HttpRequest) -> bool:
        """Administrators come in without a tick at "staff"."""
        return administers(request.user)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Django's own, and the pages that are no list of rows."""
        ours: list[URLPattern | URLResolver] = [
            path("queue/", self.admin_view(queue.queue), name="queue"),
            path("queue/steer/", self.admin_view(queue.steer), name="queue_steer"),
            path("usage/", self.admin_view(usage.usage_page), name="usage"),
        ]
        return ours + super().get_urls()

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """How the hub is and what wants attention first, above Django's list of desks; a script is given the former."""
        seen = overview()
        found = {"overview": seen, "concerns": concerns(seen, request.user), "worker_jobs": settings.WORKER_JOBS}
        if request.headers.get("HX-Request"):
            return TemplateResponse(request, "admin/parts/overview.html", found)
        return super().index(request, found | (extra_context or {}))

    @method_decorator(never_cache)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """There is one sign-in page, that of the hub. A script that asks for a part of a page has it ask anew.

        Raises:
            PermissionDenied: to who is signed in, but no administrator.
        """
        if self.has_permission(request):
            return redirect("admin:index")
        if request.headers.get("HX-Request"):
            return HttpResponseClientRefresh()
        if request.user.is_authenticated:
            raise PermissionDenied("The administration is for administrators.")
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"))
