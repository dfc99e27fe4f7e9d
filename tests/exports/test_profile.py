"""Rules for subtitles that can be followed, and those that cannot."""

from __future__ import annotations

import pytest

from transcripts.exports import SubtitleProfile


def test_the_default_rules_are_those_of_television() -> None:
    profile = SubtitleProfile()
    assert (profile.max_characters, profile.max_lines, profile.characters_per_second) == (42, 2, 17)
    assert (profile.min_duration_ms, profile.max_duration_ms, profile.min_gap_ms) == (1_000, 7_000, 83)


@pytest.mark.parametrize(
    ("rule", "value"),
    [
        ("max_characters", 9),
        ("max_characters", 121),
        ("max_lines", 0),
        ("max_lines", 5),
        ("min_duration_ms", 0),
        ("min_duration_ms", 7_001),
        ("max_duration_ms", 999),
        ("characters_per_second", 0),
        ("characters_per_second", float("nan")),
        ("min_gap_ms", -1),
    ],
)
def test_a_rule_that_no_subtitle_can_follow_is_refused_by_name(rule: str, value: float) -> None:
    with pytest.raises(ValueError, match=rule):
        SubtitleProfile(**{rule: value})  # type: ignore[arg-type] # the values come from a table
