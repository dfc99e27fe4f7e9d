"""What CTranslate2 3.24 lacks, the last version with machine code for cards of compute capability 5.0 to 5.2.

It cannot load convolutions that are stored as int8, as the demo model's are. Models of the hub store them as float16.
"""

from __future__ import annotations

import shutil
import struct
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import ctranslate2
import numpy as np

INT8: Final = 1
FLOAT32: Final = 0
"""The numbers of the types in CTranslate2's model files."""
FORMAT: Final = 6
SCALE: Final = "_scale"


@dataclass(frozen=True, slots=True)
class Variable:
    """One tensor of a model file."""

    name: str
    shape: tuple[int, ...]
    type: int
    data: bytes


def is_legacy() -> bool:
    """Whether this is such a version."""
    return int(ctranslate2.__version__.split(".")[0]) < 4


def loadable(model: Path, folder: Path) -> Path:
    """A copy of the model below `folder` with its convolutions as float32; the one that is there already, if any.

    Raises:
        ValueError: the model file is of another format than the demo model's.
    """
    copy = folder / f"{model.parent.name}-float32"
    if not copy.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        # A folder of its own, then a new name: whoever breaks off in between leaves no half model.
        draft = Path(tempfile.mkdtemp(dir=folder))
        shutil.copytree(model, draft, dirs_exist_ok=True)
        (draft / "model.bin").write_bytes(with_float_convolutions((model / "model.bin").read_bytes()))
        draft.replace(copy)
    return copy


def with_float_convolutions(model: bytes) -> bytes:
    """The bytes of a model file of format 6 with its convolutions as float32, and everything else as it was.

    Raises:
        ValueError: it is of another format.
    """
    reader = _Reader(model)
    version, spec, revision = reader.number("I"), reader.text(), reader.number("I")
    if version != FORMAT:
        raise ValueError(f"a model file of format {version}, not {FORMAT}")
    variables = {variable.name: variable for variable in (reader.variable() for _ in range(reader.number("I")))}
    kept = [
        _as_float(variable, variables[name + SCALE]) if _is_quantised_convolution(variable) else variable
        for name, variable in variables.items()
        if not (name.endswith(SCALE) and _is_quantised_convolution(variables[name.removesuffix(SCALE)]))
    ]
    head = struct.pack("<I", version) + _text(spec) + struct.pack("<II", revision, len(kept))
    return head + b"".join(map(_bytes, kept)) + reader.rest()


def _is_quantised_convolution(variable: Variable) -> bool:
    # Only their weights have three dimensions: channels out, channels in, width.
    return variable.type == INT8 and len(variable.shape) == 3


def _as_float(variable: Variable, scale: Variable) -> Variable:
    weights = np.frombuffer(variable.data, np.int8).reshape(variable.shape).astype(np.float32)
    scales = np.frombuffer(scale.data, np.float32).reshape(-1, 1, 1)
    return replace(variable, type=FLOAT32, data=(weights / scales).tobytes())


class _Reader:
    """The fields of a model file, one after another (little-endian)."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._at = 0

    def number(self, kind: str) -> int:
        (value,) = struct.unpack_from(f"<{kind}", self._content, self._at)
        self._at += struct.calcsize(f"<{kind}")
        return int(value)

    def take(self, size: int) -> bytes:
        self._at += size
        return self._content[self._at - size : self._at]

    def text(self) -> str:
        return self.take(self.number("H")).rstrip(b"\0").decode()

    def variable(self) -> Variable:
        name = self.text()
        shape = tuple(self.number("I") for _ in range(self.number("B")))
        return Variable(name, shape, self.number("B"), self.take(self.number("I")))

    def rest(self) -> bytes:
        return self._content[self._at :]


def _text(text: str) -> bytes:
    raw = text.encode() + b"\0"
    return struct.pack("<H", len(raw)) + raw


def _bytes(variable: Variable) -> bytes:
    shape = struct.pack(f"<B{len(variable.shape)}I", len(variable.shape), *variable.shape)
    return _text(variable.name) + shape + struct.pack("<BI", variable.type, len(variable.data)) + variable.data
