"""A client that openapi-python-client writes from the schema, unmodified, against the real service."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module, invalidate_caches
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.e2e.stack import Stack
from tests.speech import reference, word_error_rate

pytestmark = pytest.mark.e2e

SPOKEN = reference("en-short-1.flac")
CONFIG = "post_hooks: []\npackage_name_override: hub_client\n"


@pytest.fixture(scope="module")
def written(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The client, from the schema that is served; a part that could not be written is an error."""
    folder = tmp_path_factory.mktemp("client")
    schema = httpx.get(f"{stack.base_url}/openapi.json").json()
    # tus sends bare bytes (`application/offset+octet-stream`), which this generator has no word for; it has clients of
    # its own (test_resumable_uploads).
    schema["paths"] = {path: item for path, item in schema["paths"].items() if not path.startswith("/api/v1/uploads")}
    (folder / "openapi.json").write_text(json.dumps(schema))
    (folder / "config.yml").write_text(CONFIG)
    program = Path(sys.executable).with_name("openapi-python-client")
    options = ["--path", "openapi.json", "--config", "config.yml", "--meta", "none", "--output-path", "hub_client"]
    ran = subprocess.run(
        [program, "generate", *options, "--fail-on-warning"], cwd=folder, capture_output=True, text=True, timeout=120
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    sys.path.insert(0, str(folder))
    invalidate_caches()
    yield
    sys.path.remove(str(folder))
    for name in [name for name in sys.modules if name.partition(".")[0] == "hub_client"]:
        del sys.modules[name]


@pytest.fixture
def hub(written: None, stack: Stack) -> Iterator[Any]:
    """It, with a key."""
    client = import_module("hub_client").AuthenticatedClient
    with client(base_url=stack.base_url, token=stack.key, timeout=httpx.Timeout(120)) as opened:
        yield opened


def call(operation: str, *where: Any, **what: Any) -> Any:
    """`call("segments.change_segment", …)`: status, headers and the parsed answer of that operation."""
    return import_module(f"hub_client.api.{operation}").sync_detailed(*where, **what)


def model(name: str, **fields: Any) -> Any:
    """A body by the name of its class."""
    return getattr(import_module("hub_client.models"), name)(**fields)


def transcribed(hub: Any, **fields: Any) -> Any:
    """A transcript that is done."""
    file = import_module("hub_client.types").File(SPOKEN.path.open("rb"), "talk.flac", "audio/flac")
    with file.payload:
        answer = call(
            "transcripts.create_transcript",
            client=hub,
            wait=60,
            body=model("FileTranscriptRequest", file=file, **fields),
        )
    assert answer.status_code == 201, answer.content
    return answer.parsed


def test_from_the_recording_to_its_words_and_away_again(hub: Any) -> None:
    made = transcribed(hub, reference="generated-1", tags=["council"], language="en")
    assert (made.status.value, made.reference, made.tags) == ("done", "generated-1", ["council"])
    assert word_error_rate(SPOKEN.text, made.text) == 0.0

    listed = call("transcripts.list_transcripts", client=hub, reference="generated-1").parsed
    assert [row.id for row in listed.results] == [made.id]
    assert call("transcripts.transcript", made.id, client=hub).parsed.recording.sha256 == made.recording.sha256

    extension = import_module("hub_client.models").ExportTranscriptExtension
    srt = call("transcripts.export_transcript", made.id, extension.SRT, client=hub).parsed
    assert srt.startswith("1\n00:00:0")
    assert made.text.split()[-1] in srt

    assert call("transcripts.delete_transcript", made.id, client=hub).status_code == 204
    gone = call("transcripts.transcript", made.id, client=hub)
    assert (gone.status_code, type(gone.parsed).__name__) == (404, "Problem")


def test_two_who_correct_the_same_segment_are_told_of_each_other(hub: Any) -> None:
    made = transcribed(hub, reference="generated-2")
    (first, *_) = call("segments.list_segments", made.id, client=hub).parsed.results
    change = model("SegmentChangeRequest", version=first.version, text="Quetzalcoatl was here.")

    changed = call("segments.change_segment", made.id, first.index, client=hub, body=change).parsed
    late = model("SegmentChangeRequest", version=first.version, text="Something else.")
    refused = call("segments.change_segment", made.id, first.index, client=hub, body=late)

    assert (changed.text, changed.version) == ("Quetzalcoatl was here.", first.version + 1)
    assert (refused.status_code, type(refused.parsed).__name__) == (409, "SegmentConflict")
    assert [segment.text for segment in refused.parsed.segments] == ["Quetzalcoatl was here."]

    found = call("search.search", client=hub, q="quetzalcoatl").parsed
    assert [row.transcript for row in found.results] == [made.id]
    assert [part.text for part in found.results[0].hits[0].fragments if part.marked] == ["Quetzalcoatl"]


def test_every_refusal_has_its_class_and_words(hub: Any, stack: Stack) -> None:
    with import_module("hub_client").AuthenticatedClient(base_url=stack.base_url, token="whk_nobody") as stranger:
        unknown = call("transcripts.list_transcripts", client=stranger)
    file = import_module("hub_client.types").File(b"not audio", "talk.flac")
    bad = model("FileTranscriptRequest", file=file, language="klingon")
    refusals = [
        (401, unknown),
        (403, call("keys.list_keys", client=hub)),
        (400, call("transcripts.create_transcript", client=hub, body=bad)),
        (415, call("transcripts.create_transcript", client=hub, body=model("FileTranscriptRequest", file=file))),
    ]
    for status, answer in refusals:
        assert (answer.status_code, type(answer.parsed).__name__) == (status, "Problem"), answer.content
        assert answer.parsed.detail
