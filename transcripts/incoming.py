"""A file on its way in: streamed to disk beside the media, hashed as it comes, refused once it is too large."""

from __future__ import annotations

import errno
import hashlib
import logging
import os
import shutil
import tempfile
import time
import weakref
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.db import connection
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from .errors import DiskFull, StorageAway

logger = logging.getLogger(__name__)

# Of each upload some ten of them are in memory at once, on their way through the layers.
CHUNK_BYTES = 256 * 1024
ABANDONED_AFTER_SECONDS = 24 * 3600


class TooLarge(Exception):
    """The file is over the hub's limit, or over its key's. Raised in mid-stream: what was written is gone."""

    def __init__(self, limit: int) -> None:
        size = f"{limit / 1024**2:.0f} MB" if limit >= 1024**2 else _("%(count)d bytes") % {"count": limit}
        super().__init__(_("The file is larger than %(size)s, which is the limit here.") % {"size": size})


class IncomingFile(UploadedFile):  # type: ignore[type-arg]  # generic in the stubs only
    """A temporary file that knows its SHA-256. Making one raises `DiskFull` or `StorageAway` as its methods do.

    `receive` the bytes, `finish`, read or hand it to a storage (a local one moves it, see `temporary_file_path`).
    `close`, or the end of the object, removes what no storage took. `max_bytes`: the hub's limit by default.
    """

    size: int

    def __init__(self, original_name: str, max_bytes: int | None = None) -> None:
        self.max_bytes = settings.MAX_UPLOAD_BYTES if max_bytes is None else max_bytes
        with disk_errors():
            Path(settings.INCOMING_DIR).mkdir(parents=True, exist_ok=True)
            descriptor, path = tempfile.mkstemp(prefix="upload-", dir=settings.INCOMING_DIR)
        self.path = Path(path)
        self.original_name = original_name
        self._hash = hashlib.sha256()
        held = ExitStack()
        held.callback(self.path.unlink, missing_ok=True)
        self._writer = held.enter_context(os.fdopen(descriptor, "wb"))
        self._held = held
        self._give_up = weakref.finalize(self, held.close)
        super().__init__(None, "upload", size=0)

    def receive(self, chunk: bytes) -> None:
        """Append `chunk`.

        Raises:
            TooLarge: when the sum passes the limit.
            DiskFull: when there is no room for it.
        """
        self.size += len(chunk)
        if self.size > self.max_bytes:
            self.close()
            raise TooLarge(self.max_bytes)
        self._hash.update(chunk)
        with disk_errors():
            self._writer.write(chunk)

    def adopt(self, source: Path) -> None:
        """Receive all of `source`, which stays where it is, and `finish`: a second name of the same bytes on the disk.

        Raises:
            DiskFull: where the file system knows no second names, and there is no room for a copy.
        """
        with source.open("rb") as file:
            while chunk := file.read(CHUNK_BYTES):
                self._hash.update(chunk)
                self.size += len(chunk)
        second = self.path.with_suffix(".link")
        try:
            second.hardlink_to(source)
        except OSError:
            with disk_errors():
                shutil.copyfile(source, self.path)
        else:
            second.replace(self.path)
        self.finish()

    def finish(self) -> None:
        """No more is coming: what was received is on disk, also after a power cut, and can be read.

        Raises:
            DiskFull: when there is no room for it.
        """
        with disk_errors():
            self._writer.flush()
            os.fsync(self._writer.fileno())
        self._writer.close()
        self.file = self._held.enter_context(self.path.open("rb"))

    def close(self) -> None:
        """Close and remove the file, unless a storage has moved it away."""
        self._give_up()

    @property
    def sha256(self) -> str:
        """Hex digest of all that was received."""
        return self._hash.hexdigest()

    def temporary_file_path(self) -> str:
        """Django's local storage moves a file that has this, instead of copying it."""
        return str(self.path)


@contextmanager
def disk_errors() -> Iterator[None]:
    """Errors of the disk in words for whoever sends a file.

    Raises:
        DiskFull: there is no room.
        StorageAway: it cannot be written to for another reason, which is logged.
    """
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull(
                _("The disk of the service is full. Nothing was stored; please tell the administrator.")
            ) from error
        logger.exception("Files cannot be kept")
        raise StorageAway(
            _("The place where files are kept does not answer. Nothing was stored; please send it again in a while.")
        ) from error


class IncomingUploadHandler(FileUploadHandler):
    """Django's multipart parser writes straight into an `IncomingFile`."""

    chunk_size = CHUNK_BYTES
    file: IncomingFile
    complete = True

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.max_bytes: int = settings.MAX_UPLOAD_BYTES

    def handle_raw_input(
        self, input_data: Any, META: dict[str, Any], content_length: int, boundary: str, encoding: str | None = None
    ) -> None:
        """Refuse at once what says itself that it is too large.

        Raises:
            TooLarge: by the Content-Length, with some room for the multipart frame.
        """
        # A chunked body states no length: `whisperhub.bodies` writes the hub's limit there, for Django.
        stated = META.get("HTTP_TRANSFER_ENCODING") is None
        if stated and content_length > self.max_bytes + CHUNK_BYTES:
            raise TooLarge(self.max_bytes)

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """A file part begins."""
        super().new_file(*args, **kwargs)
        let_go_of_the_database()
        self.file = IncomingFile(self.file_name or "", self.max_bytes)
        self.complete = False

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """More of it. Returns None: no other handler is to see the data."""
        self.file.receive(raw_data)

    def file_complete(self, file_size: int) -> IncomingFile:
        """The part ended. From here on the request closes the file."""
        self.file.finish()
        self.complete = True
        return self.file

    def upload_interrupted(self) -> None:
        """The sender went away in mid-file."""
        if not self.complete:
            self.file.close()


class NoFilesHandler(FileUploadHandler):
    """The default of every route: files are read past and never touch the disk. `accept_files` is the exception."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """A file part begins.

        Raises:
            SkipFile: always; the form fields around it are still read.
        """
        raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Never called: no file began."""

    def file_complete(self, file_size: int) -> None:
        """Never called: no file began."""


def let_go_of_the_database() -> None:
    """Before bytes are waited for, which may take hours: connections are few, and this thread opens another after."""
    if not connection.in_atomic_block:
        connection.close()


def accept_files(request: HttpRequest, handler: type[IncomingUploadHandler] = IncomingUploadHandler) -> None:
    """Let this request bring files. Call it before anything reads the body, and only for whoever may send some."""
    request.upload_handlers = [handler(request)]


def limit_files(request: HttpRequest, max_bytes: int) -> None:
    """Files of this request, if it may bring any, are refused beyond `max_bytes`. Before anything reads the body."""
    for handler in request.upload_handlers:
        if isinstance(handler, IncomingUploadHandler):
            handler.max_bytes = max_bytes


def closing_uploads(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: what broke off in mid-file goes with its request.

    Django closes the files that arrived whole, and tells its handlers of some breaks, but not of a connection reset.
    """

    def respond(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        for handler in request.upload_handlers:
            if isinstance(handler, IncomingUploadHandler):
                handler.upload_interrupted()
        return response

    return respond


def receive(original_name: str, chunks: Iterable[bytes]) -> IncomingFile:
    """Take in `chunks` of bytes as one file. Raises `TooLarge`; whatever `chunks` raises leaves nothing behind."""
    incoming = IncomingFile(original_name)
    try:
        for chunk in chunks:
            incoming.receive(chunk)
        incoming.finish()
    except BaseException:
        incoming.close()
        raise
    return incoming


def forget_abandoned(older_than: float = ABANDONED_AFTER_SECONDS) -> int:
    """Remove what a killed process left behind more than `older_than` seconds ago. Returns how many files."""
    removed = 0
    for path in Path(settings.INCOMING_DIR).glob("upload-*"):
        try:
            if time.time() - path.stat().st_mtime > older_than:
                path.unlink()
                removed += 1
        except FileNotFoundError:
            continue  # kept or removed by its own process at this very moment
    return removed
