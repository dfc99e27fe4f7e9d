"""The page on which an export is chosen: a look at the file, in words what cannot be, and the file itself."""

from __future__ import annotations

import html
import re
from http import HTTPStatus

import pytest
import webvtt
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from tests.rows import claimed, said
from transcripts import editing, lifecycle
from transcripts.access import Actor
from transcripts.documents import document
from transcripts.exports import FORMATS, ExportOptions, SubtitleProfile
from transcripts.models import AuditEntry, Transcript
from transcripts.web import export_page

LINES = ("The council met at nine in the old town hall.", "Nobody spoke for long.")


@pytest.fixture
def spoken(uploaded: Transcript) -> Transcript:
    """Alice's, two segments of four seconds; Anna says the first."""
    lease = claimed(uploaded)
    rows = said(*LINES, each_ms=4000, word_by_word=True)
    rows[0].speaker = "Anna"
    lifecycle.store_window(lease, rows, transcribed_ms=8000, language="en")
    lifecycle.complete(lease, processing_ms=1)
    return Transcript.objects.get(pk=uploaded.pk)


def _page(browser: Client, row: Transcript, query: str = "", **headers: str) -> str:
    answer = browser.get(f"{reverse('export-page', args=[row.pk])}?{query}", headers=headers)
    assert answer.status_code == HTTPStatus.OK
    return answer.content.decode()


def _track(browser: Client, row: Transcript, query: str = "") -> list[webvtt.Caption]:
    answer = browser.get(f"{reverse('track', args=[row.pk])}?{query}")
    assert (answer.status_code, answer["Content-Type"]) == (HTTPStatus.OK, "text/vtt; charset=utf-8")
    return list(webvtt.WebVTT.from_string(answer.content.decode()).captions)


def _listed(page: str) -> list[str]:
    found = re.findall(r'class="subtitle-text"[^>]*>(.*?)</span><span class="subtitle-fig', page)
    return [html.unescape("\n".join(re.findall(r"<span>(.*?)</span>", lines + "</span>"))) for lines in found]


@pytest.mark.parametrize("name", [name for name, format in FORMATS.items() if format.cut])
def test_the_list_the_player_and_the_file_show_the_same_subtitles(
    name: str, spoken: Transcript, alice_browser: Client
) -> None:
    query = f"format={name}&max_characters=24&max_lines=1&speakers=on"
    profile = SubtitleProfile(max_characters=24, max_lines=1)
    cut, show = FORMATS[name].cut, FORMATS[name].show
    assert cut is not None
    assert show is not None
    cues = cut(document(spoken), ExportOptions(profile=profile))
    assert max(len(line) for cue in cues for line in cue.lines) <= 24
    assert _listed(_page(alice_browser, spoken, query)) == ["\n".join(cue.lines) for cue in cues]
    shown = [caption.text.replace("<u>", "").replace("</u>", "") for caption in _track(alice_browser, spoken, query)]
    shown = [re.sub(r"<[\d:.]+>", "", text) for text in shown]
    assert list(dict.fromkeys(shown)) == ["\n".join(cue.lines) for cue in cues]
    file = alice_browser.get(f"{reverse('export-page', args=[spoken.pk])}?{query}&download=1")
    assert file.content == FORMATS[name].render(document(spoken), ExportOptions(profile=profile, provenance=False))


def test_subrip_is_shown_with_the_names_that_it_will_have(spoken: Transcript, alice_browser: Client) -> None:
    first, *_ = _track(alice_browser, spoken, "format=srt")
    assert first.text.startswith("Anna: The council met")
    assert "Anna" not in _track(alice_browser, spoken, "format=vtt")[0].text


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("max_characters=9", "Characters on a line:</strong> Ensure this value is greater than or equal to 10."),
        ("max_characters=121", "less than or equal to 120"),
        ("max_lines=5", "Lines:</strong> Ensure this value is less than or equal to 4."),
        ("min_duration=8&max_duration=7", "The longest cannot be shorter than the shortest."),
        ("characters_per_second=nan", "Characters a second:</strong> Enter a number."),
        ("min_gap_ms=-1", "greater than or equal to 0"),
        ("max_lines=two", "Enter a whole number."),
        ("format=exe", "Select a valid choice."),
    ],
)
def test_what_cannot_be_is_said_in_words_and_nothing_is_exported(
    query: str, words: str, spoken: Transcript, alice_browser: Client
) -> None:
    for more in ("", "&download=1"):
        assert words in _page(alice_browser, spoken, query + more)
    refused = alice_browser.get(f"{reverse('track', args=[spoken.pk])}?{query}")
    assert refused.status_code == HTTPStatus.BAD_REQUEST
    assert not AuditEntry.objects.filter(verb="export").exists()


def test_a_look_is_no_export_and_the_file_is_one(spoken: Transcript, alice_browser: Client) -> None:
    _page(alice_browser, spoken, "format=vtt")
    _track(alice_browser, spoken, "format=vtt")
    assert not AuditEntry.objects.filter(verb="export").exists()
    file = alice_browser.get(f"{reverse('export-page', args=[spoken.pk])}?format=vtt&download=1")
    assert file["Content-Disposition"] == 'attachment; filename="en-short-1.vtt"'
    assert list(AuditEntry.objects.filter(verb="export").values_list("who", "detail__format")) == [("alice", "vtt")]


def test_what_was_chosen_stands_in_the_form_and_in_the_address(spoken: Transcript, alice_browser: Client) -> None:
    query = "format=vtt&provenance=on&max_characters=37&max_lines=2&min_duration=1.5&max_duration=6"
    page = _page(alice_browser, spoken, query)
    assert re.search(r'<option value="vtt" selected>', page)
    assert re.search(r'name="max_characters" value="37"', page)
    assert re.search(r'name="provenance"[^>]* checked', page)
    assert not re.search(r'name="speakers"[^>]* checked', page)  # the whole form was sent, without it
    address = reverse("export-page", args=[spoken.pk])
    answer = alice_browser.get(f"{address}?{query}", headers={"HX-Request": "true"})
    kept = answer["HX-Replace-Url"]
    assert kept.startswith(f"{address}?{query}")
    assert "<html" not in answer.content.decode()
    assert _listed(_page(alice_browser, spoken, kept.partition("?")[2])) == _listed(page)


def test_without_an_address_the_defaults_stand(spoken: Transcript, alice_browser: Client) -> None:
    page = _page(alice_browser, spoken)
    figures = dict(re.findall(r'type="number" name="(\w+)" value="([\d.]+)"', page))
    assert figures == {
        "max_characters": "42",
        "max_lines": "2",
        "min_duration": "1",
        "max_duration": "7",
        "characters_per_second": "17",
        "min_gap_ms": "83",
    }
    assert all(re.search(rf'name="{name}"[^>]* checked', page) for name in ("speakers", "provenance"))


def test_a_text_is_shown_as_the_file_begins(spoken: Transcript, alice_browser: Client) -> None:
    page = _page(alice_browser, spoken, "format=txt&max_characters=42&timestamps=on&speakers=on")
    assert f"[00:00:00.000] Anna: {LINES[0]}\n[00:00:04.000] {LINES[1]}" in page
    assert alice_browser.get(f"{reverse('track', args=[spoken.pk])}?format=txt").status_code == HTTPStatus.NOT_FOUND


def test_of_a_long_text_a_part_is_shown_and_the_next_is_a_click_away(
    spoken: Transcript, alice_browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_page, "SHOWN_SEGMENTS", 1)
    page = _page(alice_browser, spoken, "format=vtt")
    assert _listed(page) == ["The council met at nine\nin the old town hall."]
    following = re.search(r'rel="next" href="\?([^"]+)"', page)
    assert following is not None
    later = _page(alice_browser, spoken, html.unescape(following[1]))
    assert _listed(later) == [LINES[1]]
    assert [caption.text for caption in _track(alice_browser, spoken, "format=vtt&from=1")] == [LINES[1]]


def test_what_is_spoken_too_fast_to_be_read_is_told(spoken: Transcript, alice_browser: Client) -> None:
    assert "1 has to be read faster than 5 characters a second" in _page(
        alice_browser, spoken, "format=vtt&characters_per_second=5"
    )


def test_a_transcript_without_words_has_nothing_to_show(uploaded: Transcript, alice_browser: Client) -> None:
    lifecycle.complete(claimed(uploaded), processing_ms=1)
    assert "There are no words to export." in _page(alice_browser, uploaded)


def test_the_page_costs_the_same_queries_for_any_length(
    spoken: Transcript, alice_browser: Client, django_assert_max_num_queries: object
) -> None:
    with django_assert_max_num_queries(10):  # type: ignore[operator]  # two of them write down who saw it
        _page(alice_browser, spoken)


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_revision_gives_the_same_bytes_whoever_asks_and_whatever_is_edited_meanwhile(
    name: str, spoken: Transcript, alice: User, alice_browser: Client, admin_browser: Client
) -> None:
    before = Transcript.objects.select_related("recording").get(pk=spoken.pk)
    first = alice_browser.get(reverse("export", args=[spoken.pk, name])).content
    assert admin_browser.get(reverse("export", args=[spoken.pk, name])).content == first
    editing.change_text(spoken.pk, 1, 1, "Somebody spoke.", actor=Actor(user=alice))
    assert FORMATS[name].render(document(before)) == first
    assert alice_browser.get(reverse("export", args=[spoken.pk, name])).content != first
