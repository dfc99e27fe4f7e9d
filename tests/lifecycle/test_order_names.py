"""What a sender calls a recording: title, tags, reference, metadata, and whom to tell."""

from __future__ import annotations

import json

import pytest

from tests.conftest import KeyMaker
from transcripts import submissions
from transcripts.access import Actor
from transcripts.errors import Refused
from transcripts.incoming import IncomingFile
from transcripts.models import Tag, Transcript
from transcripts.orders import order
from transcripts.orders.values import METADATA_BYTES


@pytest.mark.django_db
def test_all_of_it_is_kept_with_the_rows(spoken_file: IncomingFile, make_key: KeyMaker) -> None:
    Tag.objects.create(name="Council")
    metadata = {"case": {"id": 4711, "open": True}, "name": "Bürgeramt"}
    wanted = order(
        {
            "title": " Session of May ",
            "tags": ["council", " 2031 ", "COUNCIL", "a, b"],
            "reference": "4711",
            "metadata": metadata,
            "callback_url": "https://werify.example/done?id=4711",
        }
    )
    row = Transcript.objects.get(pk=submissions.submit(spoken_file, wanted, Actor(key=make_key()[0])).pk)
    assert row.recording.title == "Session of May"
    assert {tag.name for tag in row.recording.tags.all()} == {"Council", "2031", "a", "b"}
    assert (row.reference, row.metadata) == ("4711", metadata)
    assert row.callback_url == "https://werify.example/done?id=4711"


def test_a_form_may_write_lists_with_commas_and_metadata_as_text() -> None:
    wanted = order({"tags": "council, 2031", "metadata": '{"case": 4711}'})
    assert (wanted.tags, wanted.metadata) == (["council", "2031"], {"case": 4711})


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"title": "x" * 501}, "title is longer than 500 characters."),
        ({"title": {"a": 1}}, "title must be one value, not a list or an object."),
        ({"reference": "x" * 201}, "reference is longer than 200 characters."),
        ({"tags": "x" * 51}, "The tag “xxxxxxxxxxxxxxxxxxxx…” is longer than 50 characters."),
        ({"tags": [str(number) for number in range(21)]}, "A recording has 20 tags at most."),
        ({"tags": [["nested"]]}, "tags must be one value, not a list or an object."),
        ({"metadata": "nonsense"}, "metadata must be a JSON object"),
        ({"metadata": "[1]"}, "metadata must be a JSON object"),
        ({"metadata": '{"a": NaN}'}, "metadata must be a JSON object"),
        ({"metadata": '{"a": 1e999}'}, "metadata must be a JSON object"),
        ({"metadata": '{"a": "\\u0000"}'}, "metadata must be a JSON object"),
        ({"metadata": '{"a": "\\ud800"}'}, "metadata must be a JSON object"),
        ({"metadata": "[" * 100_000}, "metadata must be a JSON object"),
        ({"metadata": {"a": "x" * METADATA_BYTES}}, "metadata is larger than 16384 bytes."),
        ({"callback_url": "ftp://werify.example/"}, "callback_url: Only URLs that begin with http:// or https://"),
        ({"callback_url": "https://user:secret@werify.example/"}, "callback_url: A URL with a user name"),
        ({"callback_url": "https:///x"}, "callback_url: The URL has no host."),
        ({"callback_url": f"https://werify.example/{'x' * 2000}"}, "callback_url is longer than 2000 characters."),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_cannot_be_kept_is_said_in_words(given: dict[str, object], words: str) -> None:
    with pytest.raises(Refused) as refused:
        order(given)
    assert str(refused.value).startswith(words)


def test_a_backslash_before_u0000_in_plain_words_is_no_null_character() -> None:
    assert order({"metadata": {"path": r"C:\\u0000"}}).metadata == {"path": r"C:\\u0000"}
    assert order({"metadata": json.dumps({"path": r"\u0000"})}).metadata == {"path": r"\u0000"}
