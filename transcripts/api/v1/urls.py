"""Routes of the native API, below `/api/v1/`."""

from django.urls import path

from .glossaries import GlossariesView, GlossaryView
from .keys import KeysView, KeyView
from .usage import UsageView
from .webhooks import DeliveriesView, ResendView, RotateView, TestView, WebhooksView, WebhookView

urlpatterns = [
    path("glossaries", GlossariesView.as_view(), name="api-glossaries"),
    path("glossaries/<int:glossary_id>", GlossaryView.as_view(), name="api-glossary"),
    path("keys", KeysView.as_view(), name="api-keys"),
    path("keys/<int:key_id>", KeyView.as_view(), name="api-key"),
    path("usage", UsageView.as_view(), name="api-usage"),
    path("webhooks", WebhooksView.as_view(), name="api-webhooks"),
    path("webhooks/<uuid:webhook_id>", WebhookView.as_view(), name="api-webhook"),
    path("webhooks/<uuid:webhook_id>/rotate", RotateView.as_view(), name="api-webhook-rotate"),
    path("webhooks/<uuid:webhook_id>/test", TestView.as_view(), name="api-webhook-test"),
    path("webhooks/<uuid:webhook_id>/deliveries", DeliveriesView.as_view(), name="api-webhook-deliveries"),
    path("webhooks/<uuid:webhook_id>/deliveries/<uuid:delivery_id>/resend", ResendView.as_view(), name="api-resend"),
]
