"""The search page: what was typed, what was found, and what may stand in an address."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from tests.rows import claimed, in_state, recording, said
from tests.web.conftest import browser
from transcripts import lifecycle
from transcripts.models import Recording, Segment, Status, Tag, Transcript
from transcripts.search import finding

HTMX = {"HX-Request": "true"}


def _page(client: Client, **asked: Any) -> str:
    answer = client.get(reverse("search"), asked)
    assert answer.status_code == HTTPStatus.OK
    return answer.content.decode()


def _marked(page: str) -> list[str]:
    return re.findall("<mark>(.*?)</mark>", page)


def test_a_hit_leads_to_its_second_and_plays(finished: Transcript, alice_browser: Client) -> None:
    page = _page(alice_browser, q="second")
    assert f'href="{reverse("transcript", args=[finished.pk])}?t=1&amp;play"' in page
    assert _marked(page) == ["Second"]
    assert "1 passage in 1 recording" in " ".join(page.split())
    assert 'value="second"' in page


def test_without_a_question_the_page_explains_what_can_be_asked(alice_browser: Client) -> None:
    page = _page(alice_browser)
    assert "budg*" in page
    assert "OR plan" in page


def test_what_is_not_found_is_said(finished: Transcript, alice_browser: Client) -> None:
    assert "Nothing found" in _page(alice_browser, q="nobody said this")
    assert "Say also what to look for" in _page(alice_browser, q="-second")


def test_nothing_that_was_said_or_typed_becomes_markup(finished: Transcript, alice_browser: Client) -> None:
    evil = '<img src=x onerror=alert(1)> "quoted" & <script>second</script>'
    Segment.objects.filter(index=1).update(text=evil, speaker="<b>Eve</b>")
    Recording.objects.update(title=f"{evil}.wav")
    page = _page(alice_browser, q="second", speaker="eve") + _page(alice_browser, q=evil)
    assert _marked(page)
    for tag in ("<img", "<b>Eve", "<script>second", "<script><mark>"):
        assert tag not in page
    assert 'value="&lt;img src=x onerror=alert(1)&gt; &quot;quoted&quot; &amp; &lt;script&gt;second' in page


@pytest.mark.parametrize("query", ["\x00", "a\x00b", '"', "%", "*:* & !", "\ud7ff\ufffe", "(((" * 100, "x" * 9000])
def test_anything_can_be_typed(query: str, finished: Transcript, alice_browser: Client) -> None:
    _page(alice_browser, q=query)
    _page(alice_browser, q="second", speaker=query.replace("\x00", "")[:100])


def test_while_typing_only_the_results_come_and_the_address_stays(finished: Transcript, alice_browser: Client) -> None:
    asked = {"q": "second", "language": "", "since": "", "tag": "", "speaker": ""}
    answer = alice_browser.get(reverse("search"), asked, headers=HTMX)
    fragment = answer.content.decode()
    assert "<html" not in fragment
    assert _marked(fragment) == ["Second"]
    assert answer["HX-Replace-Url"] == f"{reverse('search')}?q=second"
    assert "HX-Request" in answer["Vary"]
    assert 'id="announcer" hx-swap-oob="innerHTML">1 passage' in fragment


def test_a_fragment_asked_for_after_signing_out_reloads_the_page(finished: Transcript) -> None:
    answer = Client().get(reverse("search"), {"q": "second"}, headers=HTMX)
    assert answer["HX-Refresh"] == "true"


@pytest.mark.parametrize(
    "wrong",
    [
        {"since": "yesterday"},
        {"until": "2026-02-30"},
        {"review": "loved"},
        {"transcript": "1"},
        {"recording": "' OR 1=1"},
        {"language": "x" * 11},
        {"tag": "a\x00"},
        {"speaker": "x" * 101},
        {"cursor": "r-1"},
        {"cursor": "w1-1"},
    ],
)
def test_a_filter_that_is_none_is_refused(wrong: dict[str, str], alice_browser: Client) -> None:
    assert alice_browser.get(reverse("search"), {"q": "x"} | wrong).status_code == HTTPStatus.BAD_REQUEST


def test_filters_are_kept_and_narrow(finished: Transcript, alice_browser: Client) -> None:
    finished.recording.tags.add(Tag.objects.create(name="council"))
    wanted = {"language": "en", "since": "2020-01-01", "until": "2999-01-01", "tag": "council", "review": "draft"}
    page = _page(alice_browser, q="second", **wanted)
    assert _marked(page) == ["Second"]
    assert 'value="2020-01-01"' in page
    assert '<option value="council" selected>' in page
    assert '<option value="en" selected>English</option>' in page
    assert "Nothing found" in _page(alice_browser, q="second", **(wanted | {"language": "es"}))
    assert '<option value="gone" selected>' in _page(alice_browser, q="second", tag="gone")


def test_filters_offer_nothing_of_what_others_have(finished: Transcript, mallory: User, admin: User) -> None:
    finished.recording.tags.add(Tag.objects.create(name="secret project"))
    in_state(Status.DONE, recording(owner=mallory, title="his.wav"))
    page = _page(browser(mallory))
    assert "secret project" not in page
    assert '<option value="en"' not in page
    assert "alice" not in page
    everything = _page(browser(admin))
    assert "secret project" in everything
    assert '<option value="alice">' in everything
    assert '<option value="mallory">' in everything


def test_all_passages_of_one_recording_are_one_click_away(uploaded: Transcript, alice_browser: Client) -> None:
    lease = claimed(uploaded)
    lifecycle.store_window(lease, said(*("word",) * 5), transcribed_ms=5000)
    page = _page(alice_browser, q="word")
    assert len(_marked(page)) == 3
    link = f"{reverse('search')}?q=word&amp;transcript={uploaded.pk}"
    assert f'href="{link}"' in page
    assert "All 5 passages" in page
    one = _page(alice_browser, q="word", transcript=uploaded.pk)
    assert len(_marked(one)) == 5
    assert "en-short-1.flac" in one


def test_anothers_recording_is_not_named(finished: Transcript, mallory_browser: Client) -> None:
    page = _page(mallory_browser, q="second", transcript=finished.pk)
    assert "en-short-1" not in page
    assert _marked(page) == []


def test_pages_follow_one_another(alice: User, alice_browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "PAGE_SIZE", 2)
    for number in range(3):
        held = in_state(Status.RUNNING, recording(owner=alice, title=f"talk {number}"))
        lifecycle.store_window(held.lease, said("word"), transcribed_ms=1000)
    page = _page(alice_browser, q="word")
    following = re.search(r'rel="next" href="([^"]+)"', page)
    assert following is not None
    second = alice_browser.get(following[1].replace("&amp;", "&")).content.decode()
    assert "talk 0" in second
    assert "First page" in second


def test_the_search_box_is_on_every_page_of_somebody_signed_in(finished: Transcript, alice_browser: Client) -> None:
    for address in (reverse("library"), reverse("transcript", args=[finished.pk])):
        assert f'action="{reverse("search")}"' in alice_browser.get(address).content.decode()
    assert f'action="{reverse("search")}"' not in Client().get(reverse("login")).content.decode()
    assert (
        f"{reverse('search')}?transcript={finished.pk}"
        in alice_browser.get(reverse("transcript", args=[finished.pk])).content.decode()
    )
