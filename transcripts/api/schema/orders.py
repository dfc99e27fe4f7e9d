"""What may be asked of a recording on every route that makes a transcript."""

from __future__ import annotations

from rest_framework import serializers

from transcripts.models import Priority, Task
from transcripts.orders import PROFILES, values
from transcripts.recordings import TITLE_LENGTH
from transcripts.tags import MOST, NAME_LENGTH

from .bodies import Body, Count, Flag, Number, Text


def _text(length: int, about: str) -> Text:
    return Text(required=False, allow_null=True, allow_blank=True, max_length=length, help_text=about)


def _number(low: float, high: float, about: str) -> Number:
    return Number(required=False, allow_null=True, min_value=low, max_value=high, help_text=about)


def _flag(about: str) -> Flag:
    return Flag(required=False, help_text=about)


def _list(length: int, about: str) -> serializers.ListField:
    return serializers.ListField(child=Text(max_length=length), required=False, help_text=about)


def _days(about: str) -> Count:
    return Count(required=False, allow_null=True, min_value=0, max_value=values.MOST_DAYS, help_text=about)


class OptionFields(Body):
    """What the engine is told."""

    language = _text(60, "ISO 639-1 code or English name. Default: detect.")
    task = serializers.ChoiceField(Task.values, required=False, help_text="Default: transcribe.")
    model = _text(300, "One of the configured models (GET /v1/models). Default: the hub's main one.")
    languages = _list(60, "What detection may choose from. Default: every language.")
    multilingual = _flag("Detect the language of every window. Default: false.")
    prompt = _text(values.TEXT_LENGTH, "What was said before, or names to spell that way.")
    hotwords = _text(values.TEXT_LENGTH, "Names and terms to expect.")
    glossary = _text(100, "The name of a glossary; its words are expected beside the hotwords.")
    word_timestamps = _flag("With the times of words. Default: true.")
    profile = serializers.ChoiceField(
        PROFILES, required=False, help_text="careful: the model is given what was said before. Default: fast."
    )
    channels = _flag("A stereo file has one speaker per channel. Default: false.")
    temperature = _number(0, 1, "Of the first decoding. Default: 0.")
    clip_start = _number(0, values.MOST_SECONDS, "Seconds before which nothing is heard.")
    clip_end = _number(0, values.MOST_SECONDS, "Seconds after which nothing is heard.")
    vad_threshold = _number(0, 1, "How sure it must be that somebody speaks, between 0 and 1. Default: 0.5.")
    vad_min_silence = _number(0, 5, "Seconds of quiet that end a stretch of speech. Default: 0.16.")
    vad_min_speech = _number(0, 5, "Seconds below which a sound is a click. Default: 0.096.")
    vad_pad = _number(0, 5, "Seconds of quiet that are kept around speech. Default: 0.384.")
    priority = serializers.ChoiceField(Priority.values, required=False, help_text="Default: normal.")


class OrderFields(OptionFields):
    """What the engine is told, and what the sender calls it."""

    title = _text(TITLE_LENGTH, "What people see. Default: the file's name.")
    tags = _list(NAME_LENGTH, f"At most {MOST}.")
    reference = _text(values.REFERENCE_LENGTH, "Your own id for it; it can be searched for.")
    metadata = serializers.DictField(
        required=False, help_text=f"Any JSON object up to {values.METADATA_BYTES} bytes; kept and echoed."
    )
    callback_url = _text(values.URL_LENGTH, "http or https; told when the transcript ends.")
    retention_days = _days("Days after which all of it is deleted.")
    audio_retention_days = _days("Days after which its audio is deleted.")


class OrderParameters(OrderFields):
    """The same in a query string."""

    metadata = Text(required=False, help_text="A JSON object as text.")  # type: ignore[assignment]
