"""Languages by the names that a reader knows them by: `Deutsch` on a German page."""

from __future__ import annotations

from django.utils.translation import gettext, gettext_noop

from .languages import NAMES, language_code

# Django's own catalogues know the others.
MARKED = (
    gettext_noop("Afrikaans"), gettext_noop("Amharic"), gettext_noop("Assamese"), gettext_noop("Bashkir"),
    gettext_noop("Bengali"), gettext_noop("Cantonese"), gettext_noop("Chinese"), gettext_noop("Faroese"),
    gettext_noop("Gujarati"), gettext_noop("Haitian Creole"), gettext_noop("Hausa"), gettext_noop("Hawaiian"),
    gettext_noop("Hindi"), gettext_noop("Javanese"), gettext_noop("Kannada"), gettext_noop("Khmer"),
    gettext_noop("Lao"), gettext_noop("Latin"), gettext_noop("Lingala"), gettext_noop("Malagasy"),
    gettext_noop("Malayalam"), gettext_noop("Maltese"), gettext_noop("Maori"), gettext_noop("Marathi"),
    gettext_noop("Myanmar"), gettext_noop("Nepali"), gettext_noop("Norwegian"), gettext_noop("Nynorsk"),
    gettext_noop("Occitan"), gettext_noop("Pashto"), gettext_noop("Sanskrit"), gettext_noop("Shona"),
    gettext_noop("Sindhi"), gettext_noop("Sinhala"), gettext_noop("Somali"), gettext_noop("Sundanese"),
    gettext_noop("Swahili"), gettext_noop("Tagalog"), gettext_noop("Tamil"), gettext_noop("Telugu"),
    gettext_noop("Tibetan"), gettext_noop("Urdu"), gettext_noop("Yiddish"), gettext_noop("Yoruba"),
)  # fmt: skip


def local_name(code: str) -> str:
    """In the language that is spoken just now, which is English for programs; the code where it has no name here."""
    return gettext(NAMES[code].title()) if code in NAMES else code


def local_names() -> list[str]:
    """Of all languages, in their order."""
    return sorted(map(local_name, NAMES), key=str.casefold)


def code_of(text: str) -> str:
    """The code for a name in the reader's language, and for all that `language_code` takes.

    Raises:
        UnknownLanguage: with the near misses in words.
    """
    wanted = text.strip().casefold()
    known = (code for code in NAMES if local_name(code).casefold() == wanted)
    return next(known, None) or language_code(text)
