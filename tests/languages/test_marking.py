"""No word of a page stands outside the catalogues: not in its template, and not in its scripts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SCRIPTS = sorted((ROOT / "static" / "js").rglob("*.js"))
# Names, and what is for machines.
NO_WORDS = re.compile(r"WhisperHub|\bAPI\b|https://…|Okafor, Świątek, GDPR|&\w+;")
READ_ALOUD = re.compile(r'\b(?:aria-label|title|placeholder|alt)="([^"]*)"')
# Blocks that hold names of classes and numbers.
FOR_MACHINES = re.compile(r"{% block (?:main_class|bodyclass|coltype|code) %}.*?{% endblock %}", re.DOTALL)
MARKED = re.compile(r"{%\s*blocktranslate.*?{%\s*endblocktranslate\s*%}|{#.*?#}|<kbd\b.*?</kbd>", re.DOTALL)
# A sentence in a script: a word with a capital and another one, in quotes.
SENTENCE = re.compile(r"""["'`]([A-Z][a-z]+[,:]? [a-z$][^"'`]*)["'`]""")


def _words(template: str) -> list[str]:
    """Text and spoken attributes that no tag of Django brings."""
    bare = MARKED.sub("", FOR_MACHINES.sub("", template))
    bare = re.sub(r"{%.*?%}|{{.*?}}", "", bare, flags=re.DOTALL)
    bare = re.sub(r'\bdata-[\w-]+=""', "", bare)
    texts = [*READ_ALOUD.findall(bare), *re.sub(r"<[^>]*>", "\n", bare).split("\n")]
    return [text.strip() for text in texts if re.search(r"[^\W\d_]{2}", NO_WORDS.sub("", text))]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_word_of_a_template_is_marked(path: Path) -> None:
    assert _words(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_scripts_take_their_sentences_from_the_page(path: Path) -> None:
    code = re.sub(r"^\s*//.*$|\s//\s.*$", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    thrown = re.sub(r"throw new \w*Error\([^\n]*", "", code)  # for whoever reads the console
    assert SENTENCE.findall(thrown) == []


def test_the_test_sees_what_it_is_there_for() -> None:
    template = '<p title="Big">{% translate "Hello" %} <b>world</b>{% blocktranslate %}Hi{% endblocktranslate %}</p>'
    assert _words(template) == ["Big", "world"]
    assert SENTENCE.findall('say("The file is empty."); path("./Some.js")') == ["The file is empty."]
