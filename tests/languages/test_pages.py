"""What people are shown is in their language, down to a refusal; what programs are told is not."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import translation

from tests.conftest import KeyMaker
from tests.rows import in_state, recording
from tests.speech import SAMPLES
from transcripts.language_names import code_of, local_name
from transcripts.languages import NAMES
from transcripts.models import Scope, Status, Transcript

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


@pytest.mark.parametrize("language", [code for code, _ in settings.LANGUAGES])
def test_every_language_is_known_by_the_name_that_its_reader_gives_it(language: str) -> None:
    with translation.override(language):
        assert {code: code_of(local_name(code).upper()) for code in NAMES} == {code: code for code in NAMES}
        assert (code_of("German"), code_of("pt-BR")) == ("de", "pt")  # as programs write it


def test_a_german_page_offers_deutsch_and_takes_it(visitor: Client) -> None:
    row = in_state(Status.DONE, recording(), language="de").transcript
    wanted = {"accept_language": "de"}
    page = visitor.get(reverse("rerun", args=[row.pk]), headers=wanted).content.decode()
    assert '<option value="Deutsch">' in page
    answer = visitor.post(reverse("rerun", args=[row.pk]), {"language": "deutsch"}, headers=wanted)
    assert answer.status_code == 302
    assert Transcript.objects.get(recording=row.recording_id, is_newest=True).language_requested == "de"


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
