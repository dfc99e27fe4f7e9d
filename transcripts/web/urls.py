"""Routes of the pages."""

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path
from django.views.i18n import set_language

from . import actions, export, library, media, transcript, upload

urlpatterns = [
    path("login", LoginView.as_view(template_name="login.html", redirect_authenticated_user=True), name="login"),
    path("language", set_language, name="language"),
    path("logout", LogoutView.as_view(), name="logout"),
    path("", library.library, name="library"),
    path("live", library.live, name="library-live"),
    path("upload", upload.upload, name="upload"),
    path("upload/url", upload.upload_url, name="upload-url"),
    path("transcripts/<uuid:transcript_id>", transcript.transcript, name="transcript"),
    path("transcripts/<uuid:transcript_id>/live", transcript.live, name="transcript-live"),
    path("transcripts/<uuid:transcript_id>/media", media.media, name="media"),
    path("transcripts/<uuid:transcript_id>/export/<slug:format_name>", export.export, name="export"),
    path("transcripts/<uuid:transcript_id>/cancel", actions.cancel, name="cancel"),
    path("transcripts/<uuid:transcript_id>/retry", actions.retry, name="retry"),
    path("transcripts/<uuid:transcript_id>/title", actions.rename, name="rename"),
    path("transcripts/<uuid:transcript_id>/delete", actions.delete, name="delete"),
]
