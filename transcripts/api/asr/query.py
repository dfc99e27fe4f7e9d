"""The query of a request in whisper-asr-webservice's dialect, turned into an order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from django.http import QueryDict

from transcripts.api.parameters import values_of
from transcripts.errors import BadOptions
from transcripts.orders import Order, boolean, order

from .outputs import OUTPUTS


@dataclass(frozen=True, slots=True)
class Asked:
    """What the caller wants: by the dialect's names or, beside them, the hub's own.

    `vad_filter` needs nothing: here only speech ever reaches the model. `word_timestamps` is the dialect's: what is
    told, not what is kept.
    """

    order: Order
    output: str
    words: bool
    cancels: bool

    @classmethod
    def read(cls, query: QueryDict) -> Self:
        """Check it; names of other servers of this dialect (`video_name`, `diarize` …) are left alone.

        Raises:
            BadOptions: a value that cannot be.
        """
        given = {name: value for name, value in values_of(query).items() if name != "word_timestamps"}
        given["prompt"] = query.get("initial_prompt") or query.get("prompt")
        name = query.get("output") or OUTPUTS[0]
        if name not in OUTPUTS:
            raise BadOptions(f"Unknown output {name[:40]!r}. Use one of: {', '.join(OUTPUTS)}.")
        check_encode(query)
        boolean("vad_filter", query.get("vad_filter", ""))
        return cls(
            order=order(given),
            output=name,
            words=boolean("word_timestamps", query.get("word_timestamps", "")),
            cancels=boolean("cancel_on_disconnect", query.get("cancel_on_disconnect", "")),
        )


def sends_samples(query: QueryDict) -> bool:
    """`encode=false`: the file is no media file but bare samples. Anything that cannot be read is not that."""
    return query.get("encode", "").strip().lower() in ("false", "0", "no", "off")


def check_encode(query: QueryDict) -> None:
    """Raises `BadOptions` where `encode` is neither true nor false."""
    boolean("encode", query.get("encode", ""))
