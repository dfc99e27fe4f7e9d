"""Segments: what the machine heard and what people made of it, in one append-only table.

    machine ──edit 1──▶ row of edit 1 ──edit 2──▶ row of edit 2
                        (current while nothing has replaced it)

An edit never changes a row's words. It writes new rows (`edit`) and marks those that they take the place of
(`replaced_by`). So the machine's words are the rows without `edit`, today's text the rows without `replaced_by`, and
the text after edit n is what edits up to n wrote and none up to n replaced.
"""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q

from .edit import Edit
from .folding import FoldedField, FoldedModel, FoldingQuerySet
from .transcript import Transcript

Position = tuple[int, int]
"""(start_ms, index): the order of the text, also after splits and merges."""


class SegmentQuerySet(FoldingQuerySet["Segment"]):
    """Conditions by name."""

    def current(self) -> Self:
        """The text as it stands, in order."""
        return self.filter(replaced_by=None)

    def machine(self) -> Self:
        """What the engine heard, whatever was made of it since, in order."""
        return self.filter(edit=None)

    def spoken(self) -> Self:
        """Those that say something: a person may have emptied one in which nobody spoke."""
        return self.exclude(text="")

    def versions(self, index: int) -> Self:
        """Every wording that one segment ever had, the first first."""
        return self.filter(index=index).order_by("version")

    def since(self, position: Position) -> Self:
        """Those that begin there or later, in the order of the text."""
        start_ms, index = position
        # The bound on the time alone is what an index is searched with.
        later = self.filter(start_ms__gte=start_ms).exclude(start_ms=start_ms, index__lt=index)
        return later.order_by("start_ms", "index")

    def behind(self, segment: Segment) -> Self:
        """Those that follow a segment, in the order of the text."""
        return self.since((segment.start_ms, segment.index + 1))

    def before(self, position: Position) -> Self:
        """Those that begin earlier."""
        start_ms, index = position
        return self.filter(Q(start_ms__lt=start_ms) | Q(start_ms=start_ms, index__lt=index))

    def after(self, edit_number: int) -> Self:
        """The text as it stood after the edit of that number; 0 is the machine's."""
        if edit_number == 0:
            return self.machine()
        written = Q(edit=None) | Q(edit__number__lte=edit_number)
        return self.filter(written).filter(Q(replaced_by=None) | Q(replaced_by__number__gt=edit_number))


class Segment(FoldedModel):
    """A sentence or phrase. Times are integer milliseconds of the media."""

    transcript = models.ForeignKey(Transcript, on_delete=models.CASCADE, related_name="segments")
    # Its name within the transcript, kept through every change of its text; a split gives the second part a new one.
    index = models.PositiveIntegerField()
    # Counts the rows of one index: who changes a segment names the version that they saw.
    version = models.PositiveIntegerField(default=1)
    edit = models.ForeignKey(Edit, null=True, blank=True, on_delete=models.RESTRICT, related_name="written")
    replaced_by = models.ForeignKey(Edit, null=True, blank=True, on_delete=models.RESTRICT, related_name="replaced")
    start_ms = models.PositiveBigIntegerField()
    end_ms = models.PositiveBigIntegerField()
    text = models.TextField(help_text="With the leading space that joins it to the one before.")
    folded_text = FoldedField(of="text")
    speaker = models.CharField(max_length=100, blank=True)
    folded_speaker = FoldedField(of="speaker")
    language = models.CharField(max_length=10, blank=True, help_text="Of the words, where it was detected per window.")
    # [{"word", "start_ms", "end_ms", "probability"}]: always read whole with its segment, never queried by.
    words = models.JSONField(default=list)
    # The decoder's own figures, in Whisper's words: clients of the OpenAI API are given them.
    seek = models.PositiveIntegerField(default=0)
    tokens = models.JSONField(default=list)
    temperature = models.FloatField(default=0.0)
    avg_logprob = models.FloatField(default=0.0)
    compression_ratio = models.FloatField(default=1.0)
    no_speech_prob = models.FloatField(default=0.0)
    flags = models.JSONField(default=list, help_text="Doubts of the engine, e.g. repetition. The words stay.")

    objects = SegmentQuerySet.as_manager()

    class Meta:
        ordering = ["transcript", "start_ms", "index"]
        indexes = [
            models.Index(  # "the current text in order", whole or from some moment on
                fields=["transcript", "start_ms", "index"], name="segment_current", condition=Q(replaced_by=None)
            ),
        ]
        constraints = [
            # The last guard against a window stored twice, and against two editors replacing the same row.
            models.UniqueConstraint(fields=["transcript", "index", "version"], name="segment_version_once"),
            models.UniqueConstraint(
                fields=["transcript", "index"], name="segment_current_once", condition=Q(replaced_by=None)
            ),
            models.CheckConstraint(name="segment_forward", condition=Q(end_ms__gte=models.F("start_ms"))),
        ]

    def __str__(self) -> str:
        return self.text.strip()

    @property
    def position(self) -> Position:
        """Its place in the order of the text."""
        return self.start_ms, self.index


class Passage(models.Model):
    """A current segment as the search knows it: it is there exactly while the segment is current.

    Triggers on the segments write it (`search.installing`), in the transaction that writes the segment, and nobody
    else. Its words are in the database's own full-text index beside it.
    """

    # No constraints: the triggers are stricter, and rows by the window are checked once.
    segment = models.OneToOneField(
        Segment, on_delete=models.DO_NOTHING, primary_key=True, related_name="passage", db_constraint=False
    )
    transcript = models.ForeignKey(
        Transcript, on_delete=models.DO_NOTHING, related_name="passages", db_constraint=False, db_index=False
    )
    start_ms = models.PositiveBigIntegerField()

    class Meta:
        indexes = [
            models.Index(fields=["transcript", "start_ms"], name="passage_of_transcript"),  # one transcript's hits
        ]

    def __str__(self) -> str:
        return f"from {self.start_ms} ms"


class Peaks(models.Model):
    """The waveform of one window, for the player: all of a transcript's, by `end_ms`, are that of the whole."""

    transcript = models.ForeignKey(Transcript, on_delete=models.CASCADE, related_name="peaks")
    end_ms = models.PositiveBigIntegerField()
    # For each 50 ms two int8, the smallest and the largest sample (-127 to 127).
    data = models.BinaryField()

    class Meta:
        ordering = ["transcript", "end_ms"]
        constraints = [models.UniqueConstraint(fields=["transcript", "end_ms"], name="peaks_once")]

    def __str__(self) -> str:
        return f"up to {self.end_ms} ms"
