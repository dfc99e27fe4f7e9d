"""`/api/v1/transcripts`: made, listed, read, described anew, deleted, and moved along their life."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiResponse, PolymorphicProxySerializer
from rest_framework import serializers

from transcripts.models import Review, Status
from transcripts.orders import values
from transcripts.recordings import TITLE_LENGTH
from transcripts.tags import MOST, NAME_LENGTH

from .bodies import Body, Query, Several, Text
from .documented import IDEMPOTENCY_KEY, INCLUDE_SEGMENTS, TranscriptState
from .exports import FILES, NOT_DONE, ExportQuery
from .moments import Moment
from .orders import OptionFields, OrderFields
from .pages import PageQuery, page_of
from .problems import problem, problems

MEDIA = "Audio or video: wav, mp3, m4a, ogg, opus, flac, webm, mp4, …"
_URL_LENGTH = 4000


class TranscriptOptions(serializers.Serializer[Any]):
    """What was asked for; what is left out was left to the default."""

    language = serializers.CharField(allow_null=True, help_text="null: detected.")
    task = serializers.CharField()
    priority = serializers.CharField()
    model = serializers.CharField(required=False)
    languages = serializers.ListField(child=serializers.CharField(), required=False)
    multilingual = serializers.BooleanField(required=False)
    prompt = serializers.CharField(required=False)
    hotwords = serializers.CharField(required=False)
    glossary = serializers.CharField(required=False)
    word_timestamps = serializers.BooleanField(required=False)
    profile = serializers.CharField(required=False)
    channels = serializers.BooleanField(required=False)
    temperature = serializers.FloatField(required=False)
    clip_start = serializers.FloatField(required=False)
    clip_end = serializers.FloatField(required=False)
    vad_threshold = serializers.FloatField(required=False)
    vad_min_silence = serializers.FloatField(required=False)
    vad_min_speech = serializers.FloatField(required=False)
    vad_pad = serializers.FloatField(required=False)


class TranscriptModel(serializers.Serializer[Any]):
    """What heard it."""

    name = serializers.CharField()
    revision = serializers.CharField(allow_blank=True)
    device = serializers.CharField(allow_blank=True)
    compute_type = serializers.CharField(allow_blank=True)


class TranscriptRecording(serializers.Serializer[Any]):
    """The media that was sent."""

    id = serializers.UUIDField()
    size_bytes = serializers.IntegerField()
    sha256 = serializers.CharField()
    container = serializers.CharField(allow_blank=True)
    has_video = serializers.BooleanField()
    source_url = serializers.CharField(allow_null=True, help_text="Where it was fetched from, without query.")
    expires_at = serializers.DateTimeField(allow_null=True, help_text="When all is deleted, as its sender wished.")
    audio_expires_at = serializers.DateTimeField(allow_null=True, help_text="The same for its audio.")
    audio_deleted_at = serializers.DateTimeField(allow_null=True, help_text="Since then there is only the text.")


class TranscriptLinks(serializers.Serializer[Any]):
    """Where to go from here."""

    self = serializers.URLField()
    segments = serializers.URLField()
    events = serializers.URLField()
    exports = serializers.DictField(child=serializers.URLField(), help_text="By the name of the format.")
    page = serializers.URLField(help_text="Where people read and correct it.")


class About(serializers.Serializer[Any]):
    """What is told of every transcript beside where it stands."""

    title = serializers.CharField()
    reference = serializers.CharField(allow_blank=True, help_text="The sender's own id for it.")
    metadata = serializers.DictField(help_text="The sender's own; echoed.")
    tags = serializers.ListField(child=serializers.CharField())
    owner = serializers.CharField(allow_null=True, help_text="The user name of the person who sent it.")
    key = serializers.CharField(allow_null=True, help_text="The prefix of the API key that sent it.")
    options = TranscriptOptions()
    model = TranscriptModel(allow_null=True, help_text="null before it has begun.")
    language_probability = serializers.FloatField(allow_null=True)
    segment_count = serializers.IntegerField()
    attempts = serializers.IntegerField()
    review = serializers.ChoiceField(choices=Review.choices)
    edit_count = serializers.IntegerField(help_text="How often its text was corrected.")
    created_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
    reviewed_at = serializers.DateTimeField(allow_null=True)
    recording = TranscriptRecording()
    links = TranscriptLinks()


class Standing(serializers.Serializer[Any]):
    """Where it stands."""

    id = serializers.UUIDField()
    status = serializers.ChoiceField(choices=Status.choices)
    progress = serializers.FloatField(help_text="0 to 1.")
    error = serializers.CharField(allow_null=True)
    language = serializers.CharField(allow_null=True)
    duration = serializers.FloatField(allow_null=True, help_text="Seconds of audio; null while unknown.")


class TranscriptEntry(Standing, About):
    """A transcript in a list: without its words."""


class Transcript(TranscriptState, About):
    """Where it stands, and all that is known of it. The words, once it is done, are the documented five keys."""


class UrlTranscript(OrderFields):
    """A recording to be fetched from an address."""

    url = Text(max_length=_URL_LENGTH, help_text="http or https, on a public address.")


class FileTranscript(OrderFields):
    """A recording in the request itself."""

    file = serializers.FileField(help_text=MEDIA)


class UploadTranscript(OrderFields):
    """A recording that was uploaded before. What is left out is as it was said when the upload began."""

    upload = serializers.UUIDField(help_text="The last part of the upload's address.")


_JSON = PolymorphicProxySerializer("UrlOrUploadTranscript", [UrlTranscript, UploadTranscript], None, many=False)


class RerunOptions(OptionFields):
    """What is left out stays as it was; null goes back to the default."""


class Description(Body):
    """What people and programs call it; what is left out stays as it is."""

    title = Text(max_length=TITLE_LENGTH, required=False)
    tags = serializers.ListField(
        child=Text(max_length=NAME_LENGTH),
        max_length=MOST,
        required=False,
        help_text="All of them: others are removed.",
    )
    reference = Text(max_length=values.REFERENCE_LENGTH, allow_blank=True, required=False)
    metadata = serializers.DictField(required=False, help_text=f"Up to {values.METADATA_BYTES} bytes of JSON.")


class CreateQuery(Query):
    """How long to wait for the words."""

    wait = serializers.IntegerField(
        default=0, min_value=0, help_text="Seconds to wait for the end before the answer is given. Default: 0."
    )
    cancel_on_disconnect = serializers.BooleanField(
        default=False, help_text="While it waits: cancel the work if the connection ends and nobody else wants it."
    )


class ListQuery(PageQuery):
    """Which transcripts; each parameter narrows the list."""

    status = Several(child=serializers.ChoiceField(Status.choices), required=False)
    language = serializers.CharField(required=False, allow_blank=True, help_text="Code of the language spoken.")
    reference = serializers.CharField(required=False, allow_blank=True, help_text="The sender's own id, exactly.")
    tag = serializers.CharField(required=False, allow_blank=True, help_text="In any case.")
    review = serializers.ChoiceField(Review.choices, required=False)
    created_after = Moment(required=False, help_text="At this moment or later.")
    created_before = Moment(required=False, help_text="Before this moment.")
    owner = serializers.CharField(required=False, allow_blank=True, help_text="User name of who sent it.")
    key = serializers.CharField(required=False, allow_blank=True, help_text="Prefix of the key that sent it.")
    q = serializers.CharField(required=False, allow_blank=True, help_text="Part of the title or of the reference.")


class DeleteQuery(Query):
    """Into the bin, or gone."""

    permanent = serializers.BooleanField(
        default=False, help_text="Delete for good instead of into the bin; also what is in the bin already."
    )


_ENDED = problem("It has ended already.", "The transcript has ended already: it is done.")
_TAGS = ["Transcripts"]
_EXAMPLE = OpenApiExample(
    "from an address",
    {"url": "https://example.org/talk.mp3", "language": "en", "reference": "4711", "metadata": {"case": 4711}},
    request_only=True,
    media_type="application/json",
)
LIST: dict[str, Any] = {
    "operation_id": "list_transcripts",
    "tags": _TAGS,
    "parameters": [ListQuery],
    "responses": {200: page_of(TranscriptEntry), **problems(400, 401)},
}
CREATE: dict[str, Any] = {
    "operation_id": "create_transcript",
    "tags": _TAGS,
    "parameters": [CreateQuery, IDEMPOTENCY_KEY],
    "request": {"multipart/form-data": FileTranscript, "application/json": _JSON},
    "examples": [_EXAMPLE],
    "responses": {
        201: OpenApiResponse(Transcript, "It is kept and will be transcribed; `Location` says where it stays."),
        **problems(400, 401, 403, 413, 415, 422, 503, 507),
        404: problem("There is no such upload, or it is not yours.", "There is no such upload, or it is not yours."),
        409: problem(
            "A request with this Idempotency-Key is being served at this moment, or the upload is not whole yet.",
            "Another request with this Idempotency-Key is being served. Send it again.",
        ),
        410: problem(
            "It was deleted while the request waited, or the upload has expired.",
            "The recording was deleted while it waited.",
        ),
        502: problem("The address did not give the file.", "The server answered 404 instead of the file."),
        504: problem("The address took too long.", "The server took longer than 300 seconds."),
    },
}
GET: dict[str, Any] = {
    "operation_id": "transcript",
    "tags": _TAGS,
    "parameters": [INCLUDE_SEGMENTS, ExportQuery],
    "responses": {
        (200, "application/json"): Transcript,
        **{answer: file for answer, file in FILES.items() if answer != (200, "application/json")},
        **problems(400, 401, 404),
        409: NOT_DONE,
    },
}
DESCRIBE: dict[str, Any] = {
    "operation_id": "describe_transcript",
    "tags": _TAGS,
    "request": Description,
    "responses": {200: Transcript, **problems(400, 401, 403, 404, 413, 415)},
}
DELETE: dict[str, Any] = {
    "operation_id": "delete_transcript",
    "tags": _TAGS,
    "parameters": [DeleteQuery],
    "responses": {204: OpenApiResponse(description="Gone."), **problems(400, 401, 403, 404)},
}
CANCEL: dict[str, Any] = {
    "operation_id": "cancel_transcript",
    "tags": _TAGS,
    "request": None,
    "responses": {200: Transcript, **problems(401, 403, 404), 409: _ENDED},
}
RETRY: dict[str, Any] = {
    "operation_id": "retry_transcript",
    "tags": _TAGS,
    "request": None,
    "responses": {
        200: Transcript,
        **problems(401, 403, 404, 503),
        409: problem("It is neither failed nor cancelled.", "Only what failed or was cancelled can be tried again."),
    },
}
RERUN: dict[str, Any] = {
    "operation_id": "rerun_transcript",
    "tags": _TAGS,
    "request": RerunOptions,
    "responses": {
        201: OpenApiResponse(Transcript, "Another transcript of the same recording; `Location` says where it stays."),
        **problems(400, 401, 403, 404, 413, 415, 503),
    },
}
