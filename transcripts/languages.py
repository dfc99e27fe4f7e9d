"""The languages that Whisper knows: code, English name, and near misses for whoever mistypes one.

Codes and names are those of OpenAI's Whisper tokenizer (github.com/openai/whisper, whisper/tokenizer.py).
"""

from __future__ import annotations

from difflib import get_close_matches

from django.utils.translation import gettext as _

NAMES = {
    "af": "afrikaans", "am": "amharic", "ar": "arabic", "as": "assamese", "az": "azerbaijani", "ba": "bashkir",
    "be": "belarusian", "bg": "bulgarian", "bn": "bengali", "bo": "tibetan", "br": "breton", "bs": "bosnian",
    "ca": "catalan", "cs": "czech", "cy": "welsh", "da": "danish", "de": "german", "el": "greek", "en": "english",
    "es": "spanish", "et": "estonian", "eu": "basque", "fa": "persian", "fi": "finnish", "fo": "faroese",
    "fr": "french", "gl": "galician", "gu": "gujarati", "ha": "hausa", "haw": "hawaiian", "he": "hebrew",
    "hi": "hindi", "hr": "croatian", "ht": "haitian creole", "hu": "hungarian", "hy": "armenian",
    "id": "indonesian", "is": "icelandic", "it": "italian", "ja": "japanese", "jw": "javanese", "ka": "georgian",
    "kk": "kazakh", "km": "khmer", "kn": "kannada", "ko": "korean", "la": "latin", "lb": "luxembourgish",
    "ln": "lingala", "lo": "lao", "lt": "lithuanian", "lv": "latvian", "mg": "malagasy", "mi": "maori",
    "mk": "macedonian", "ml": "malayalam", "mn": "mongolian", "mr": "marathi", "ms": "malay", "mt": "maltese",
    "my": "myanmar", "ne": "nepali", "nl": "dutch", "nn": "nynorsk", "no": "norwegian", "oc": "occitan",
    "pa": "punjabi", "pl": "polish", "ps": "pashto", "pt": "portuguese", "ro": "romanian", "ru": "russian",
    "sa": "sanskrit", "sd": "sindhi", "si": "sinhala", "sk": "slovak", "sl": "slovenian", "sn": "shona",
    "so": "somali", "sq": "albanian", "sr": "serbian", "su": "sundanese", "sv": "swedish", "sw": "swahili",
    "ta": "tamil", "te": "telugu", "tg": "tajik", "th": "thai", "tk": "turkmen", "tl": "tagalog", "tr": "turkish",
    "tt": "tatar", "uk": "ukrainian", "ur": "urdu", "uz": "uzbek", "vi": "vietnamese", "yi": "yiddish",
    "yo": "yoruba", "yue": "cantonese", "zh": "chinese",
}  # fmt: skip
_CODES = {name: code for code, name in NAMES.items()}


class UnknownLanguage(ValueError):
    """No language of Whisper's; the message names what comes near."""


def language_code(text: str) -> str:
    """The code for what a person or program wrote: `en`, `EN`, `en-US`, `english`.

    Raises:
        UnknownLanguage: with the near misses in words.
    """
    wanted = text.strip().lower().replace("_", "-")
    code = _CODES.get(wanted, wanted.split("-")[0])
    if code in NAMES:
        return code
    near = get_close_matches(wanted[:40], [*_CODES, *NAMES], n=4, cutoff=0.5)
    codes = list(dict.fromkeys(_CODES.get(name, name) for name in near))
    names = _(" or ").join(f"{code} ({_(NAMES[code].title())})" for code in codes)
    if codes:
        hint = _("Did you mean %(names)s?") % {"names": names}
    else:
        hint = _("Use an ISO 639-1 code such as en, es or de.")
    raise UnknownLanguage(_("Unknown language '%(text)s'. %(hint)s") % {"text": text[:40], "hint": hint})


def language_name(code: str) -> str:
    """`English` for `en`; the code itself where it has no name here."""
    return NAMES.get(code, code).title()
