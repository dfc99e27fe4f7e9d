"""Routes of the documented endpoints and of the API."""

from django.urls import include, path, register_converter
from drf_spectacular.views import SpectacularSwaggerSplitView

from .asr.views import AsrView, DetectLanguageView
from .documented import TranscribeUrlView, TranscribeView
from .health import HealthView, LiveView, ReadyView
from .metrics import MetricsView
from .openai import views as openai
from .schema.serving import SchemaView
from .unknown import Anything, UnknownView

register_converter(Anything, "anything")
urlpatterns = [
    path("transcribe", TranscribeView.as_view(), name="transcribe"),
    path("transcribe/url", TranscribeUrlView.as_view(), name="transcribe-url"),
    path("health", HealthView.as_view(), name="health"),
    path("health/live", LiveView.as_view(), name="health-live"),
    path("health/ready", ReadyView.as_view(), name="health-ready"),
    path("metrics", MetricsView.as_view(), name="metrics"),
    path("docs", SpectacularSwaggerSplitView.as_view(url_name="openapi", template_name="docs.html"), name="docs"),
    path("openapi.json", SchemaView.as_view(), name="openapi"),
    path("api/v1/", include("transcripts.api.v1.urls")),
    path("api/", UnknownView.as_view(), name="api-root"),
    path("api/<anything:rest>", UnknownView.as_view(), name="api-unknown"),
    path("asr", AsrView.as_view(), name="asr"),
    path("detect-language", DetectLanguageView.as_view(), name="asr-detect-language"),
    path("v1/audio/transcriptions", openai.TranscriptionsView.as_view(), name="openai-transcriptions"),
    path("v1/audio/translations", openai.TranslationsView.as_view(), name="openai-translations"),
    path("v1/models", openai.ModelsView.as_view(), name="openai-models"),
    path("v1/models/<path:model_id>", openai.ModelView.as_view(), name="openai-model"),
    path("v1/", openai.UnknownView.as_view(), name="openai-root"),
    path("v1/<anything:rest>", openai.UnknownView.as_view(), name="openai-unknown"),
]
