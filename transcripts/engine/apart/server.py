"""`python -m transcripts.engine.apart.server`: forks a reader for every file that it is told of on its standard input.

The libraries are loaded once, here, so that a reader starts within milliseconds. Each has a keeper, which ends it when
nobody listens any more and tells how it ended. The server goes when whoever started it is gone.
"""

from __future__ import annotations

import json
import os
import resource
import select
import signal
import socket
import traceback
from contextlib import closing, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO, Final, NoReturn

from transcripts.engine.audio import BLOCK_SAMPLES, SAMPLE_RATE, decode
from transcripts.engine.errors import MediaError, ReaderLost
from transcripts.engine.gate import GIVES_WAY, LONG_SECONDS
from transcripts.engine.probe import probe

from . import wire

MEMORY_BYTES: Final = 1024**3
"""Address space that a reader may take beside what it was born with. A film of ten hours needs a tenth of it."""
CPU_SECONDS: Final = 60
"""Processor time between two signs of life (15 s of sound). An old core needs a tenth of a second for that."""
OPEN_FILES: Final = 32
LONG_BLOCKS: Final = int(LONG_SECONDS * SAMPLE_RATE) // BLOCK_SAMPLES
"""Signs of life after which a file is long, and its reader gives way like the threads that go on with what it reads."""


def main() -> None:
    """Serve until standard input ends."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # keepers are not waited for
    for name in (signal.SIGINT, signal.SIGTERM):  # whoever stops the service lets running jobs come to a good end
        signal.signal(name, signal.SIG_IGN)
    with socket.socket(fileno=0) as orders:
        while True:
            order, descriptors, _, _ = socket.recv_fds(orders, wire.ORDER_BYTES, 2)
            if not order:
                return
            with socket.socket(fileno=descriptors[0]) as connection, os.fdopen(descriptors[1], "wb") as ending:
                if os.fork() == 0:
                    orders.close()
                    _keep(connection, ending, json.loads(order))


def _keep(connection: socket.socket, ending: BinaryIO, order: dict[str, Any]) -> NoReturn:
    """Start the reader; end it when nobody listens; tell its exit code, or (negative) the signal that ended it."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    reader = os.fork()
    if reader == 0:
        _read(connection, order)
    end, changes = os.pidfd_open(reader), select.poll()
    changes.register(end, select.POLLIN)
    changes.register(connection, select.POLLRDHUP)
    if end not in dict(changes.poll()):
        os.kill(reader, signal.SIGKILL)
    code = os.waitstatus_to_exitcode(os.waitpid(reader, 0)[1])
    with suppress(OSError):  # nobody listens any more
        ending.write(str(code).encode())
        ending.flush()
    os._exit(0)


def _read(connection: socket.socket, order: dict[str, Any]) -> NoReturn:
    """The reader: within its limits, to the end of its order."""
    code = 1
    try:
        limit()
        answer(connection, order)
        code = 0
    except BrokenPipeError:  # nobody listens any more
        code = 0
    except MemoryError:
        code = wire.OUT_OF_MEMORY
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def limit() -> None:
    """What a file may make this process take; it may write none, and leaves no core."""
    born_with = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (born_with + MEMORY_BYTES,) * 2)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, OPEN_FILES))
    _go_on()


def _go_on() -> None:
    """`CPU_SECONDS` from now on; a reader that works longer without a sign of life is ended by the kernel."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + CPU_SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))


def answer(connection: socket.socket, order: dict[str, Any]) -> None:
    """Do what is asked for, tell what comes of it."""
    path = Path(order.pop("path"))
    try:
        if order.pop("do") == "probe":
            wire.send(connection, wire.INFO, json.dumps(asdict(probe(path, **order))).encode())
        else:
            with closing(decode(path, **order)) as blocks:
                for number, block in enumerate(blocks):
                    if number == LONG_BLOCKS:
                        os.nice(GIVES_WAY)
                    channels = wire.CHANNELS.pack(len(block))
                    wire.send(connection, wire.SOUND, channels, memoryview(block.tobytes()))
                    _go_on()
        wire.send(connection, wire.DONE)
    except (MediaError, ReaderLost) as error:
        wire.send(connection, wire.ERROR, json.dumps([type(error).__name__, str(error)]).encode())


if __name__ == "__main__":
    main()
