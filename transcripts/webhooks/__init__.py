"""Telling other programs what happens to transcripts: an outbox of rows, and whoever sends them.

`note` is the door for what happens; it writes rows and knows nothing of HTTP. `endpoints` keeps the addresses,
`delivery` sends.
"""

from .outbox import note

__all__ = ["note"]
