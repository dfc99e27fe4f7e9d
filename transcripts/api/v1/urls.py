"""Routes of the native API, below `/api/v1/`."""

from django.urls import path

from .actions import CancelView, RerunView, RetryView
from .events import EventsView
from .exports import ExportView
from .glossaries import GlossariesView, GlossaryView
from .keys import KeysView, KeyView
from .languages import DetectLanguageView
from .search import SearchView
from .segments import SegmentHistoryView, SegmentsView, SegmentView
from .transcripts import TranscriptsView, TranscriptView
from .uploads import UploadsView, UploadView
from .usage import UsageView
from .webhooks import DeliveriesView, ResendView, RotateView, TestView, WebhooksView, WebhookView

urlpatterns = [
    path("transcripts", TranscriptsView.as_view(), name="api-transcripts"),
    path("transcripts/<uuid:transcript_id>", TranscriptView.as_view(), name="api-transcript"),
    path("transcripts/<uuid:transcript_id>/cancel", CancelView.as_view(), name="api-cancel"),
    path("transcripts/<uuid:transcript_id>/retry", RetryView.as_view(), name="api-retry"),
    path("transcripts/<uuid:transcript_id>/rerun", RerunView.as_view(), name="api-rerun"),
    path("transcripts/<uuid:transcript_id>/segments", SegmentsView.as_view(), name="api-segments"),
    path("transcripts/<uuid:transcript_id>/segments/<int:index>", SegmentView.as_view(), name="api-segment"),
    path(
        "transcripts/<uuid:transcript_id>/segments/<int:index>/history",
        SegmentHistoryView.as_view(),
        name="api-segment-history",
    ),
    path("transcripts/<uuid:transcript_id>/events", EventsView.as_view(), name="api-events"),
    path("transcripts/<uuid:transcript_id>.<str:extension>", ExportView.as_view(), name="api-export"),
    path("detect-language", DetectLanguageView.as_view(), name="api-detect-language"),
    path("search", SearchView.as_view(), name="api-search"),
    path("glossaries", GlossariesView.as_view(), name="api-glossaries"),
    path("glossaries/<int:glossary_id>", GlossaryView.as_view(), name="api-glossary"),
    path("keys", KeysView.as_view(), name="api-keys"),
    path("keys/<int:key_id>", KeyView.as_view(), name="api-key"),
    path("uploads", UploadsView.as_view(), name="api-uploads"),
    path("uploads/<uuid:upload_id>", UploadView.as_view(), name="api-upload"),
    path("usage", UsageView.as_view(), name="api-usage"),
    path("webhooks", WebhooksView.as_view(), name="api-webhooks"),
    path("webhooks/<uuid:webhook_id>", WebhookView.as_view(), name="api-webhook"),
    path("webhooks/<uuid:webhook_id>/rotate", RotateView.as_view(), name="api-webhook-rotate"),
    path("webhooks/<uuid:webhook_id>/test", TestView.as_view(), name="api-webhook-test"),
    path("webhooks/<uuid:webhook_id>/deliveries", DeliveriesView.as_view(), name="api-webhook-deliveries"),
    path("webhooks/<uuid:webhook_id>/deliveries/<uuid:delivery_id>/resend", ResendView.as_view(), name="api-resend"),
]
