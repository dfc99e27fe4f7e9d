"""Correcting a text. Every verb is one transaction, one `Edit`, and new rows of `Segment`: nothing is written over.

A verb takes the transcript's id and an `Actor` whose right (`Actor.editable`) the caller has checked. Segments are
named by index and by the version that was seen. Who raises an `EditRefused` has written nothing.
"""

from .bounds import merge, split
from .changes import Changes, Deed, changes_since, deeds, is_naming, versions
from .errors import BadEdit, Conflict, EditRefused, Locked, NotEditable
from .journal import Edited
from .lines import paragraphs
from .replacing import Match, Wanted, preview_replace, replace
from .speakers import assign_speaker, rename_speaker
from .stack import to_redo, to_undo
from .texts import change_text, restore, restore_all, restore_machine
from .undoing import redo, undo

__all__ = [
    "BadEdit",
    "Changes",
    "Conflict",
    "Deed",
    "EditRefused",
    "Edited",
    "Locked",
    "Match",
    "NotEditable",
    "Wanted",
    "assign_speaker",
    "change_text",
    "changes_since",
    "deeds",
    "is_naming",
    "merge",
    "paragraphs",
    "preview_replace",
    "redo",
    "rename_speaker",
    "replace",
    "restore",
    "restore_all",
    "restore_machine",
    "split",
    "to_redo",
    "to_undo",
    "undo",
    "versions",
]
