"""What passes between who asks and the reader: a kind, a length, then as many bytes.

How a reader ended its keeper tells by another way, a pipe: a message that broke off in the middle cannot hide it.
"""

from __future__ import annotations

import socket
import struct
from typing import Final

SOUND: Final = b"s"
"""uint32 of channels, then float32 samples, channel after channel."""
INFO: Final = b"i"
"""JSON of a `MediaInfo`."""
ERROR: Final = b"e"
"""JSON of what is wrong with the file: `[name of a MediaError, words]`."""
DONE: Final = b"d"
"""Nothing more comes."""
CHANNELS: Final = struct.Struct("<I")
OUT_OF_MEMORY: Final = 77
"""Exit code of a reader that was given no more memory."""
ORDER_BYTES: Final = 16_384
"""More than the longest path with its options."""
_HEADER = struct.Struct("<cI")


def send(connection: socket.socket, kind: bytes, *parts: bytes | memoryview) -> None:
    """One message, its bytes in parts so that sound need not be copied. Raises `OSError`: nobody listens."""
    connection.sendall(_HEADER.pack(kind, sum(len(part) for part in parts)))
    for part in parts:
        connection.sendall(part)


def receive(connection: socket.socket) -> tuple[bytes, bytearray]:
    """The next message.

    Raises:
        EOFError: the other end is gone.
        OSError: it is silent for longer than the connection's timeout, or was cut off.
    """
    kind, length = _HEADER.unpack(_exactly(connection, _HEADER.size))
    return kind, _exactly(connection, length)


def _exactly(connection: socket.socket, length: int) -> bytearray:
    found = bytearray(length)
    view = memoryview(found)
    while view:
        count = connection.recv_into(view)
        if not count:
            raise EOFError("The other end is gone.")
        view = view[count:]
    return found
