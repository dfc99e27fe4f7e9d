"""The audit trail: read, filtered, taken along as CSV, and never written here."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, StreamingHttpResponse
from django.urls import URLPattern, path

from transcripts import audit
from transcripts.access import Actor
from transcripts.models import AuditEntry

from .read_only import ReadOnlyAdmin

COLUMNS = ("at", "who", "verb", "object_kind", "object_id", "object_name", "detail")
# A spreadsheet takes a cell that begins so for a formula, and titles are chosen by strangers.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class _Echo:
    """What `csv` writes to: the line comes back as the value."""

    def write(self, line: str) -> str:
        """Hand it back."""
        return line


class _Values(admin.AllValuesFieldListFilter):
    """Every value of a column; one that is empty is a link too, and has a name."""

    def choices(self, changelist: Any) -> Iterator[Any]:
        """As Django's, with the dash that the list shows for it."""
        for choice in super().choices(changelist):
            yield {**choice, "display": choice["display"] or "-"}


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """Who did what to what, newest first."""

    list_display = ("at", "who", "verb", "object_kind", "object_name", "detail")
    list_display_links = ("at",)
    list_filter = ("at", "verb", ("object_kind", _Values))
    search_fields = ("who", "object_name", "object_id")
    date_hierarchy = "at"
    show_full_result_count = False
    fields = ("at", "who", "user", "api_key", "verb", "object_kind", "object_id", "object_name", "detail")
    change_list_template = "admin/transcripts/auditentry/change_list.html"

    def get_urls(self) -> list[URLPattern]:
        """The list, and the same list as a file."""
        export = self.admin_site.admin_view(self.export)
        return [path("export/", export, name="transcripts_auditentry_export"), *super().get_urls()]

    def export(self, request: HttpRequest) -> StreamingHttpResponse:
        """The entries that the list shows with the same search and filters, all pages of it, as CSV.

        Raises:
            PermissionDenied: to who may not see the trail.
        """
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows = self.get_changelist_instance(request).get_queryset(request)
        audit.record(Actor.person(request.user), "export audit trail", filters=request.GET.dict())
        response = StreamingHttpResponse(_lines(rows.iterator(chunk_size=500)), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="audit-trail.csv"'
        return response


def _lines(rows: Iterator[Any]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield writer.writerow(COLUMNS)
    for row in rows:
        values = [getattr(row, name) for name in COLUMNS[1:-1]]
        detail = json.dumps(row.detail, ensure_ascii=False) if row.detail else ""
        yield writer.writerow([row.at.isoformat(timespec="seconds"), *map(_harmless, values), detail])


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
