"""The index follows the rows: in the same transaction, whoever writes them, whatever becomes of them."""

from __future__ import annotations

from string import ascii_lowercase

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import Value
from django.db.models.functions import Concat

from tests.rows import in_state, recording, said
from tests.search.conftest import Searcher, Speak
from transcripts import lifecycle, removal, search
from transcripts.access import Actor
from transcripts.models import Edit, Passage, Recording, Segment, Status, Transcript
from transcripts.search import installing
from transcripts.search.index import index

pytestmark = pytest.mark.django_db


def _edit(transcript: Transcript, segment_index: int, text: str, speaker: str = "") -> Edit:
    """Write a new row in the place of the current one, as editing does."""
    number = transcript.edits.count() + 1
    edit = Edit.objects.create(transcript=transcript, number=number, kind=Edit.Kind.TEXT)
    before = transcript.segments.current().get(index=segment_index)
    transcript.segments.filter(pk=before.pk).update(replaced_by=edit)
    row = Segment(
        transcript=transcript,
        index=segment_index,
        version=before.version + 1,
        edit=edit,
        start_ms=before.start_ms,
        end_ms=before.end_ms,
        text=text,
        speaker=speaker,
    )
    Segment.objects.bulk_create([row])
    return edit


def test_words_are_found_as_soon_as_their_window_is_stored(alices: Actor, alice_finds: Searcher) -> None:
    held = in_state(Status.RUNNING, recording(owner=alices.user))
    lifecycle.store_window(held.lease, said("early words"), transcribed_ms=1000)
    assert alice_finds.texts("early") == ["early words"]


def test_an_edit_is_found_in_its_own_transaction_and_what_it_replaced_no_more(
    speak: Speak, alice_finds: Searcher
) -> None:
    transcript = speak("a mistake", "another")
    with transaction.atomic():
        _edit(transcript, 0, " the truth", speaker="Anna")
        assert alice_finds.texts("truth") == ["the truth"]
        assert alice_finds.texts("mistake") == []
        assert alice_finds.texts("truth", speaker="anna") == ["the truth"]
    assert alice_finds.texts("another") == ["another"]
    _edit(transcript, 0, " a mistake")
    assert alice_finds.texts("truth") == []
    assert alice_finds.texts("mistake") == ["a mistake"]


def test_an_edit_that_is_rolled_back_was_never_found(speak: Speak, alice_finds: Searcher) -> None:
    transcript = speak("a mistake")
    with transaction.atomic():
        _edit(transcript, 0, " the truth")
        transaction.set_rollback(True)
    assert alice_finds.texts("truth") == []
    assert alice_finds.texts("mistake") == ["a mistake"]


def test_a_row_that_becomes_current_again_is_found_again(speak: Speak, alice_finds: Searcher) -> None:
    transcript = speak("a mistake")
    edit = _edit(transcript, 0, " the truth")
    transcript.segments.filter(edit=edit).delete()
    transcript.segments.filter(replaced_by=edit).update(replaced_by=None)
    assert alice_finds.texts("truth") == []
    assert alice_finds.texts("mistake") == ["a mistake"]


@pytest.mark.django_db(transaction=True)
def test_a_deleted_recording_leaves_nothing_behind(speak: Speak, alice_finds: Searcher) -> None:
    transcript = speak("a secret", title="secret.wav")
    _edit(transcript, 0, " a secret still")
    speak("no secret", title="kept.wav")
    removal.delete_recording(transcript.recording)
    assert alice_finds.names("secret") == ["kept.wav"]
    assert Passage.objects.count() == 1
    assert _index_is_sound()


def test_a_title_is_found_by_its_new_words_whoever_changed_it(speak: Speak, alice_finds: Searcher) -> None:
    kept = speak("words", title="first.wav").recording
    kept.title = "second.wav"
    kept.save(update_fields=["title"])
    assert (alice_finds.names("first"), alice_finds.names("second")) == ([], ["second.wav"])
    Recording.objects.filter(pk=kept.pk).update(title="third.wav")
    assert (alice_finds.names("second"), alice_finds.names("third")) == ([], ["third.wav"])


def test_a_text_that_could_not_be_folded_is_refused(speak: Speak) -> None:
    speak("words", title="first.wav")
    with pytest.raises(TypeError, match="old words"):
        Recording.objects.update(title=Concat("title", Value("!")))


def test_an_index_of_another_version_is_made_anew_by_the_next_migrate(speak: Speak, alice_finds: Searcher) -> None:
    speak("Čapek", title="Čapek.wav")
    installing.remove(using="default")
    # As a version without the search, or with another idea of words, has left them.
    Segment.objects.update(folded_text="")
    Recording.objects.update(folded_title="")
    assert not index().is_installed()
    installing.ensure(using="default")
    assert index().is_installed()
    assert alice_finds.names("capek") == ["Čapek.wav"]
    assert alice_finds.texts("capek") == ["Čapek"]


def test_the_index_can_be_made_anew_and_gone_on_with(
    speak: Speak, alice_finds: Searcher, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installing, "_BATCH", 2)
    transcript = speak("one", "two", "three", "four", "five")
    _edit(transcript, 0, " six")
    next(search.rebuild())  # interrupted after the first batch
    assert alice_finds.texts("five") == []
    _edit(transcript, 4, " seven")  # work goes on: of a segment that is not indexed yet
    call_command("rebuild_search", "--resume")
    assert capsys.readouterr().out.splitlines()[-1] == "The search index is complete: 7 segments."
    texts = {word: alice_finds.texts(word) for word in ("one", "two", "three", "four", "five", "six", "seven")}
    assert texts == {word: [] if word in ("one", "five") else [word] for word in texts}
    assert Passage.objects.count() == Segment.objects.current().count() == 5
    assert _index_is_sound()


def _index_is_sound() -> bool:
    """SQLite: FTS5 finds no fault in its own tables, and no entry without its passage."""
    if connection.vendor != "sqlite":
        return True
    any_letter = " OR ".join(f'"{letter}" *' for letter in ascii_lowercase)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO passage_words (passage_words) VALUES ('integrity-check')")
        cursor.execute("SELECT rowid FROM passage_words WHERE passage_words MATCH %s", [f"words : ({any_letter})"])
        return {row for (row,) in cursor.fetchall()} == set(Passage.objects.values_list("pk", flat=True))
