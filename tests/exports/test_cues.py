"""Subtitles follow their profile wherever speech leaves room for it."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given

from tests.exports.documents import document, hostile, orderly, profiles, said, spelling, unhurried
from transcripts.exports import Cue, Document, Line, SubtitleProfile, Timed, cues
from transcripts.exports.text import columns

# So much later than its words a subtitle may come, to let the one before it be read.
LATEST_MS = 1_000


def shown(*segments: Line, profile: SubtitleProfile | None) -> list[tuple[int, int, tuple[str, ...]]]:
    return [(cue.start_ms, cue.end_ms, cue.lines) for cue in cues(document(*segments), profile)]


def spoken_at(cue: Cue) -> int:
    return cue.rows[0][0].start_ms


def needed_ms(cue: Cue, profile: SubtitleProfile) -> int:
    """Whole milliseconds that reading takes at the profile's speed."""
    return int(columns(" ".join(cue.lines)) * 1000 / profile.characters_per_second)


@unhurried
@given(hostile(), profiles)
def test_cues_follow_each_other_and_none_is_empty(any_document: Document, profile: SubtitleProfile) -> None:
    found = cues(any_document, profile)
    assert all(0 <= cue.start_ms < cue.end_ms for cue in found)
    assert all(cue.end_ms <= following.start_ms for cue, following in pairwise(found))
    assert all(line.strip() for cue in found for line in cue.lines)


@unhurried
@given(hostile(), profiles)
def test_every_line_fits_and_no_word_is_lost(any_document: Document, profile: SubtitleProfile) -> None:
    found = cues(any_document, profile)
    assert all(len(cue.lines) <= profile.max_lines for cue in found)
    assert all(columns(line) <= profile.max_characters for cue in found for line in cue.lines)
    # Overlapping segments are sorted by their cues: the letters are the same, the order is that of time.
    written = "".join(spelling(line) for cue in found for line in cue.lines)
    assert sorted(written) == sorted("".join(spelling(segment.text) for segment in any_document.segments))


@unhurried
@given(orderly(), profiles)
def test_words_stay_in_the_order_they_were_said(spoken: Document, profile: SubtitleProfile) -> None:
    written = "".join(spelling(line) for cue in cues(spoken, profile) for line in cue.lines)
    assert written == "".join(spelling(line.text) for line in spoken.segments)


@unhurried
@given(hostile(), profiles)
def test_no_cue_stays_longer_than_the_longest_duration(any_document: Document, profile: SubtitleProfile) -> None:
    assert all(cue.end_ms - cue.start_ms <= profile.max_duration_ms for cue in cues(any_document, profile))


@unhurried
@given(hostile(), profiles)
def test_the_gap_is_kept_unless_the_next_words_come_sooner_than_it_is_long(
    any_document: Document, profile: SubtitleProfile
) -> None:
    for cue, following in pairwise(cues(any_document, profile)):
        gap = following.start_ms - cue.end_ms
        assert gap >= profile.min_gap_ms or following.start_ms - cue.start_ms <= profile.min_gap_ms


@unhurried
@given(hostile(), profiles)
def test_a_cue_is_shorter_than_it_takes_to_read_only_where_the_next_one_waits_for_its_place(
    any_document: Document, profile: SubtitleProfile
) -> None:
    found = cues(any_document, profile)
    for cue, following in pairwise(found):
        duration = cue.end_ms - cue.start_ms
        pressed = following.start_ms - cue.end_ms <= profile.min_gap_ms
        assert duration >= min(needed_ms(cue, profile), profile.max_duration_ms) or pressed
        # Below the shortest duration only where the next has already waited as long as it may.
        late = following.start_ms - spoken_at(following) >= LATEST_MS
        assert duration >= profile.min_duration_ms or late
    if found:
        last = found[-1].end_ms - found[-1].start_ms
        assert last >= min(max(needed_ms(found[-1], profile), profile.min_duration_ms), profile.max_duration_ms)


@unhurried
@given(orderly(), profiles)
def test_a_cue_comes_with_its_first_word_or_waits_for_the_one_before(
    spoken: Document, profile: SubtitleProfile
) -> None:
    previous: Cue | None = None
    for cue in cues(spoken, profile):
        late = cue.start_ms - spoken_at(cue)
        assert late >= 0
        if late:
            assert previous is not None
            assert cue.start_ms - previous.start_ms <= max(1, profile.min_duration_ms + profile.min_gap_ms)
        previous = cue


@unhurried
@given(orderly())
def test_without_a_profile_each_segment_is_a_cue_at_its_own_times(spoken: Document) -> None:
    found = [(cue.start_ms, cue.end_ms, cue.lines) for cue in cues(spoken, None)]
    assert found == [(line.start_ms, line.end_ms, (line.text,)) for line in spoken.segments]


@unhurried
@given(hostile())
def test_without_a_profile_overlaps_and_empty_times_are_still_mended(any_document: Document) -> None:
    found = cues(any_document, None)
    assert all(0 <= cue.start_ms < cue.end_ms for cue in found)
    assert all(cue.end_ms <= following.start_ms for cue, following in pairwise(found))
    assert len(found) == sum(1 for segment in any_document.segments if spelling(segment.text))


def test_a_short_word_stays_for_the_shortest_duration() -> None:
    assert shown(said("Yes.", 2_000), profile=SubtitleProfile()) == [(2_000, 3_000, ("Yes.",))]


def test_a_cue_outlasts_its_speech_until_it_is_read() -> None:
    # 34 characters at 17 a second are two seconds; they were said in one.
    assert shown(said("abcdefghijklmnop " + "q" * 17, 0, 500), profile=SubtitleProfile()) == [
        (0, 2_000, ("abcdefghijklmnop " + "q" * 17,))
    ]


def test_a_cue_makes_room_for_the_next() -> None:
    first, second = said("One.", 0, 2_000, speaker="Ana"), said("Two.", 2_000, 2_000, speaker="Bo")
    assert shown(first, second, profile=SubtitleProfile()) == [(0, 1_917, ("One.",)), (2_000, 4_000, ("Two.",))]


def test_the_next_cue_waits_until_a_short_one_is_read() -> None:
    first, second = said("No.", 0, 300, speaker="Ana"), said("Yes.", 300, 2_000, speaker="Bo")
    assert shown(first, second, profile=SubtitleProfile()) == [(0, 1_000, ("No.",)), (1_083, 2_300, ("Yes.",))]


def test_a_cue_waits_no_longer_than_a_second() -> None:
    said_at_once = [said(f"{name}.", 0, 400, speaker=name) for name in ("Ana", "Bo", "Cy")]
    starts = [start for start, _, _ in shown(*said_at_once, profile=SubtitleProfile())]
    assert starts == [0, 1_000, 1_001]


def test_a_word_drawn_out_for_a_minute_is_shown_for_the_longest_duration() -> None:
    assert shown(said("Om", 1_000, 60_000), profile=SubtitleProfile()) == [(1_000, 8_000, ("Om",))]


def test_a_segment_without_words_shares_its_time_out_by_characters() -> None:
    text = "aaaaaaaaa bbbbbbbbb. ccccccccc ddddddddd."
    profile = SubtitleProfile(max_characters=20, max_lines=1, min_gap_ms=0, characters_per_second=40)
    # 38 letters and full stops in 3.8 s; 19 of them before the second sentence.
    assert shown(Line(0, 3_800, text), profile=profile) == [
        (0, 1_900, ("aaaaaaaaa bbbbbbbbb.",)),
        (1_900, 3_800, ("ccccccccc ddddddddd.",)),
    ]


def test_words_that_spell_another_text_do_not_time_this_one() -> None:
    words = (Timed(" wrong", 0, 100, 0.5), Timed(" words", 100, 200, 0.5))
    assert shown(Line(0, 2_000, "Right text", words=words), profile=SubtitleProfile()) == [(0, 2_000, ("Right text",))]


def test_two_people_at_once_are_shown_one_after_the_other() -> None:
    ana = said("I never said that to anyone.", 0, 500, speaker="Ana")
    bo = said("You did.", 1_500, 500, speaker="Bo")
    assert shown(ana, bo, profile=SubtitleProfile()) == [
        (0, 1_417, ("I never said that to anyone.",)),
        (1_500, 2_500, ("You did.",)),
    ]


def test_who_interrupts_a_long_speech_is_shown_at_that_time() -> None:
    ana = said("This sentence goes on, and on, and on, for ten seconds, and then some more.", 0, 666, speaker="Ana")
    bo = said("Enough.", 3_000, 500, speaker="Bo")
    found = cues(document(ana, bo), SubtitleProfile())
    assert [cue.speaker for cue in found] == ["Ana", "Bo", "Ana"]
    assert found[1].start_ms == 3_000


def test_one_cue_holds_one_speaker() -> None:
    found = cues(
        document(said("Is it?", 0, 100, speaker="Ana"), said("It is.", 200, 100, speaker="Bo")), SubtitleProfile()
    )
    assert [(cue.speaker, cue.lines) for cue in found] == [("Ana", ("Is it?",)), ("Bo", ("It is.",))]
