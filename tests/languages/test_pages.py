"""What people are shown is in their language, down to a refusal; what programs are told is not."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from tests.conftest import KeyMaker
from tests.rows import in_state, recording
from tests.speech import SAMPLES
from transcripts.models import Scope, Status

pytestmark = pytest.mark.django_db
MANY_TAGS = ",".join(f"tag {number}" for number in range(21))


@pytest.fixture
def visitor(admin: User) -> Client:
    """An administrator."""
    client = Client()
    client.force_login(admin)
    return client


@pytest.mark.parametrize(
    ("language", "library", "queue", "state"),
    [("de", "Aufnahmen", "Warteschlange", "Fehlgeschlagen"), ("es", "Grabaciones", "Cola", "Fallida")],
)
def test_pages_and_states_are_in_the_readers_language(
    language: str, library: str, queue: str, state: str, visitor: Client
) -> None:
    in_state(Status.FAILED)
    wanted = {"accept_language": language}
    page = visitor.get(reverse("library"), headers=wanted).content.decode()
    assert f'<h1 id="library-title">{library}</h1>' in page
    assert state in page
    assert f"<h1>{queue}</h1>" in visitor.get(reverse("admin:queue"), headers=wanted).content.decode()


def test_a_refusal_of_the_same_verb_speaks_german_to_people_and_english_to_programs(
    visitor: Client, make_key: KeyMaker
) -> None:
    row = in_state(Status.DONE, recording()).transcript
    german = {"accept_language": "de"}
    asked = {"recording": str(row.recording_id), "tags": MANY_TAGS}
    told = visitor.post(reverse("bulk-tag"), asked, headers=german | {"accept": "application/json"}).json()
    assert told["detail"] == "Eine Aufnahme hat höchstens 20 Schlagwörter."
    key = make_key(Scope.TRANSCRIBE)[1]
    with (SAMPLES / "en-short-1.flac").open("rb") as file:
        answer = Client(headers={"X-API-Key": key}).post(
            reverse("api-transcripts"), {"file": file, "tags": MANY_TAGS}, headers=german
        )
    assert (answer.status_code, "A recording has 20 tags at most." in answer.content.decode()) == (400, True)
