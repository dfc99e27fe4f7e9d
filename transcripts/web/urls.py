"""Routes of the pages."""

from django.urls import path
from django.views.i18n import set_language

from . import (
    account,
    actions,
    edits,
    export,
    history,
    library,
    media,
    peaks,
    review,
    runs,
    search,
    segments,
    sign_in,
    transcript,
    upload,
)

urlpatterns = [
    path("login", sign_in.SignInView.as_view(), name="login"),
    path("language", set_language, name="language"),
    path("account", account.account, name="account"),
    path("account/password", account.change_password, name="account-password"),
    path("account/sessions/<int:sign_in_id>/end", account.end_session, name="account-session-end"),
    path("account/sessions/end", account.end_all_sessions, name="account-sessions-end"),
    path("logout", sign_in.SignOutView.as_view(), name="logout"),
    path("", library.library, name="library"),
    path("live", library.live, name="library-live"),
    path("search", search.search_page, name="search"),
    path("upload", upload.upload, name="upload"),
    path("upload/url", upload.upload_url, name="upload-url"),
    path("transcripts/<uuid:transcript_id>", transcript.transcript, name="transcript"),
    path("transcripts/<uuid:transcript_id>/live", transcript.live, name="transcript-live"),
    path("transcripts/<uuid:transcript_id>/segments", segments.segments, name="segments"),
    path("transcripts/<uuid:transcript_id>/peaks", peaks.peaks, name="peaks"),
    path("transcripts/<uuid:transcript_id>/media", media.media, name="media"),
    path("transcripts/<uuid:transcript_id>/export/<slug:format_name>", export.export, name="export"),
    path("transcripts/<uuid:transcript_id>/edits", edits.edit, name="edit"),
    path("transcripts/<uuid:transcript_id>/edits/preview", edits.preview, name="edit-preview"),
    path(
        "transcripts/<uuid:transcript_id>/segments/<int:index>/history", edits.segment_history, name="segment-history"
    ),
    path("transcripts/<uuid:transcript_id>/history", history.history, name="history"),
    path("transcripts/<uuid:transcript_id>/history/<int:edit_number>", history.text_after, name="text-after"),
    path("transcripts/<uuid:transcript_id>/machine", history.text_after, name="machine"),
    path("transcripts/<uuid:transcript_id>/restore", history.restore, name="restore"),
    path("transcripts/<uuid:transcript_id>/compare", runs.comparison, name="compare"),
    path("transcripts/<uuid:transcript_id>/rerun", runs.rerun, name="rerun"),
    path("transcripts/<uuid:transcript_id>/review", review.set_review, name="review"),
    path("transcripts/<uuid:transcript_id>/assign", review.assign, name="assign"),
    path("transcripts/<uuid:transcript_id>/comments", review.all_comments, name="comments"),
    path("transcripts/<uuid:transcript_id>/comments/<int:comment_id>", review.one_comment, name="comment"),
    path("transcripts/<uuid:transcript_id>/cancel", actions.cancel, name="cancel"),
    path("transcripts/<uuid:transcript_id>/retry", actions.retry, name="retry"),
    path("transcripts/<uuid:transcript_id>/title", actions.rename, name="rename"),
    path("transcripts/<uuid:transcript_id>/delete", actions.delete, name="delete"),
]
