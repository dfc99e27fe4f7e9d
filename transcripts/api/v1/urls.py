"""Routes of the native API, below `/api/v1/`."""

from django.urls import path

from .glossaries import GlossariesView, GlossaryView

urlpatterns = [
    path("glossaries", GlossariesView.as_view(), name="api-glossaries"),
    path("glossaries/<int:glossary_id>", GlossaryView.as_view(), name="api-glossary"),
]
