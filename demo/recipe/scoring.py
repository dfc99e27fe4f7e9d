"""How far a transcript is from what was said: word errors, counted by jiwer."""

from __future__ import annotations

from dataclasses import dataclass

import jiwer


def words(text: str) -> list[str]:
    """The words of a text, for comparing: lower case, and nothing but letters and digits."""
    return "".join(char if char.isalnum() or char.isspace() else " " for char in text.lower()).split()


@dataclass
class Score:
    """Word errors summed over many transcripts, and how many of them were right to the last character."""

    errors: int = 0
    words: int = 0
    exact: int = 0
    transcripts: int = 0

    def add(self, reference: str, hypothesis: str) -> None:
        """Count one transcript against its reference text."""
        reference_words = words(reference)
        compared = jiwer.process_words(" ".join(reference_words), " ".join(words(hypothesis)))
        self.errors += compared.substitutions + compared.deletions + compared.insertions
        self.words += len(reference_words)
        self.exact += reference.strip() == hypothesis.strip()
        self.transcripts += 1

    @property
    def word_error_rate(self) -> float:
        """Errors per word of the reference, as a fraction; insertions can take it above 1."""
        return self.errors / max(1, self.words)

    def __str__(self) -> str:
        return (
            f"WER {100 * self.word_error_rate:.2f} % ({self.errors}/{self.words} words), "
            f"exact text {self.exact}/{self.transcripts}"
        )
