"""Doubts about what a model says it heard: loops, known filler, more words than anybody can say.

Pure functions on text. A doubt makes the decoder try again; what stays doubtful is flagged, never deleted: somebody may
really have said it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

REPETITION: Final = "repetition"
HALLUCINATION: Final = "possible_hallucination"
TOO_FAST: Final = "too_fast"
LOW_CONFIDENCE: Final = "low_confidence"

LOOP_REPEATS: Final = 5
"""Times in a row. People say a word three or four times over for emphasis; counting to ten repeats nothing."""
LOOP_UNITS: Final = 10
"""Words (or characters) that all repeats together must have: "ha ha ha ha ha" is laughter."""
LONGEST_PERIOD: Final = 24
"""Words (or characters) of the longest phrase that is looked for again."""
WORDS_PER_SECOND: Final = 8.0
"""Auctioneers reach 6 to 7; the fastest speakers on record 11, for seconds."""
CHARACTERS_PER_SECOND: Final = 28.0
"""Conversation has 12 to 17 letters a second in alphabets, 5 to 10 signs in scripts of syllables."""
SIGNS_PER_SECOND: Final = 14.0
"""The same for scripts without spaces, of which a sign is a syllable or more."""
RATE_SLACK_SECONDS: Final = 1.0
"""Timestamps and voice detection are that far off at most: a short phrase proves nothing."""

# Without spaces between words: Han, kana, Thai, Lao, Khmer, Myanmar.
_UNSPACED: Final = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")
# What video subtitles end with, and Whisper's training with them: it says so over silence and music. Each is a whole
# phrase after `plain`; collected from public reports (openai/whisper discussions 679 and 928, and their like).
BOILERPLATE: Final = frozenset(
    {
        "thanks for watching",
        "thank you for watching",
        "thank you so much for watching",
        "thank you very much for watching",
        "please subscribe",
        "please subscribe to my channel",
        "please like and subscribe",
        "dont forget to like and subscribe",
        "like and subscribe",
        "see you in the next video",
        "subtitles by the amara org community",
        "subtitles by the amaraorg community",
        "transcribed by https otter ai",
        "transcription by castingwords",
        "untertitel der amara org community",
        "untertitel im auftrag des zdf für funk 2017",
        "untertitelung des zdf 2020",
        "vielen dank fürs zuschauen",
        "sous titres réalisés par la communauté d amara org",
        "sous titres réalisés para la communauté d amara org",
        "sous titrage st 501",
        "merci d avoir regardé cette vidéo",
        "merci d avoir regardé",
        "subtítulos realizados por la comunidad de amara org",
        "subtitulado por la comunidad de amara org",
        "gracias por ver el video",
        "gracias por ver",
        "suscríbete al canal",
        "legendas pela comunidade amara org",
        "obrigado por assistir",
        "sottotitoli creati dalla comunità amara org",
        "sottotitoli e revisione a cura di qtss",
        "grazie per la visione",
        "ondertitels ingediend door de amara org gemeenschap",
        "bedankt voor het kijken",
        "napisy stworzone przez społeczność amara org",
        "субтитры сделал dimatorzok",
        "субтитры создавал dimatorzok",
        "редактор субтитров а семкин корректор а егорова",
        "дякую за перегляд",
        "titulky vytvořil johnyx",
        "altyazı m k",
        "i̇zlediğiniz için teşekkürler",
        "ترجمة نانسي قنقر",
        "اشتركوا في القناة",
        "תודה על הצפייה",
        "ご視聴ありがとうございました",
        "最後までご視聴ありがとうございました",
        "チャンネル登録をお願いいたします",
        "请不吝点赞订阅转发打赏支持明镜与点点栏目",
        "請不吝點贊訂閱轉發打賞支持明鏡與點點欄目",
        "字幕由amara org社区提供",
        "字幕由amara org社區提供",
        "谢谢观看",
        "謝謝觀看",
        "시청해 주셔서 감사합니다",
        "구독과 좋아요 부탁드립니다",
    }
)


def doubts(text: str, seconds: float) -> tuple[str, ...]:
    """Flags for what is odd about `text`, said in `seconds` of speech; empty for nothing."""
    found = ((REPETITION, is_loop(text)), (HALLUCINATION, is_boilerplate(text)), (TOO_FAST, is_too_fast(text, seconds)))
    return tuple(flag for flag, holds in found if holds)


def plain(text: str) -> str:
    """Lower case, marks to spaces, spaces to one: what two spellings of the same phrase share."""
    folded = unicodedata.normalize("NFC", text).casefold()
    kept = (c if unicodedata.category(c)[0] in "LNM" else "" if c in "'’" else " " for c in folded)
    return " ".join("".join(kept).split())


def is_boilerplate(text: str) -> bool:
    """Whether the whole text is a known filler."""
    said = plain(text)
    return said in _FILLERS or said.replace(" ", "") in _FILLERS


def is_loop(text: str) -> bool:
    """Whether a phrase of words, or of characters where the script has no spaces, comes over and over."""
    said = plain(text)
    units: Sequence[str] = said.replace(" ", "") if _is_unspaced(said) else said.split()
    longest = min(LONGEST_PERIOD, len(units) // LOOP_REPEATS)
    return any(_repeated(units, period) >= max(LOOP_REPEATS * period, LOOP_UNITS) for period in range(1, longest + 1))


def _repeated(units: Sequence[str], period: int) -> int:
    """Length of the longest stretch in which every unit is the one `period` before it; the first period counts."""
    longest = run = 0
    for before, unit in zip(units, units[period:], strict=False):
        run = run + 1 if before == unit else 0
        longest = max(longest, run)
    return longest + period if longest else 0


def is_too_fast(text: str, seconds: float) -> bool:
    """Whether nobody could say that much in so many seconds."""
    said = plain(text)
    signs = len(_UNSPACED.findall(said))
    letters = len(said.replace(" ", "")) - signs
    words = len(_UNSPACED.sub(" ", said).split())
    needed = signs / SIGNS_PER_SECOND + max(letters / CHARACTERS_PER_SECOND, words / WORDS_PER_SECOND)
    return needed > seconds + RATE_SLACK_SECONDS


def _is_unspaced(said: str) -> bool:
    return len(_UNSPACED.findall(said)) > len(said) // 2


_FILLERS: Final = frozenset(plain(phrase) for phrase in BOILERPLATE) | frozenset(
    plain(phrase).replace(" ", "") for phrase in BOILERPLATE
)
