"""A real HTTP server on a loopback address that answers with exactly the bytes that a test gives it."""

import socket
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

# What a connection gets to hear: fixed bytes, or a function that writes to the socket itself.
Answer = bytes | Callable[[socket.socket, threading.Event], None]


def page(body: bytes = b"", *headers: str, status: str = "200 OK") -> bytes:
    """A whole response with a Content-Length."""
    head = "".join(f"{line}\r\n" for line in (f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers))
    return head.encode("latin-1") + b"\r\n" + body


def redirect(location: str) -> bytes:
    return page(b"", f"Location: {location}", status="302 Found")


def drip(start: bytes, drop: bytes) -> Answer:
    """Send `start` at once, then `drop` every 20 ms for as long as anybody listens."""

    def answer(connection: socket.socket, stop: threading.Event) -> None:
        connection.sendall(start)
        while not stop.wait(0.02):
            connection.sendall(drop)

    return answer


def flood(start: bytes, piece: bytes) -> Answer:
    """Send `start`, then `piece` without end and as fast as possible."""

    def answer(connection: socket.socket, stop: threading.Event) -> None:
        connection.sendall(start)
        while not stop.is_set():
            connection.sendall(piece)

    return answer


def silence(connection: socket.socket, stop: threading.Event) -> None:
    """Say nothing at all."""
    stop.wait()


class Origin(socketserver.ThreadingTCPServer):
    """Answers the first request with the first answer and so on; the last answer serves all further requests."""

    daemon_threads = True
    block_on_close = True
    request_queue_size = 32

    def __init__(self, answers: tuple[Answer, ...], address: str, tls: ssl.SSLContext | None) -> None:
        self.answers = list(answers)
        self._address_in_url = f"[{address}]" if ":" in address else address
        self.tls = tls
        self.stop = threading.Event()
        self.requests: list[bytes] = []
        self.lock = threading.Lock()
        self.address_family = socket.AF_INET6 if ":" in address else socket.AF_INET
        super().__init__((address, 0), _Handler)
        self.port: int = self.server_address[1]

    def url(self, path: str = "/", host: str | None = None, scheme: str = "http") -> str:
        """The URL of a path on this server, under its address or under another host name."""
        return f"{scheme}://{host or self._address_in_url}:{self.port}{path}"

    def next_answer(self, request: bytes) -> Answer:
        """Note the request and return what it is answered with."""
        with self.lock:
            self.requests.append(request)
            return self.answers[0] if len(self.answers) == 1 else self.answers.pop(0)


class _Handler(socketserver.BaseRequestHandler):
    server: Origin

    def handle(self) -> None:
        connection = self.request
        try:
            if self.server.tls:
                connection = self.server.tls.wrap_socket(connection, server_side=True)
            request = b""
            while b"\r\n\r\n" not in request:
                piece = connection.recv(65536)
                if not piece:
                    return
                request += piece
            answer = self.server.next_answer(request)
            if callable(answer):
                answer(connection, self.server.stop)
            else:
                connection.sendall(answer)
        except OSError:
            return  # the client hung up, which is what many of these tests are about
        finally:
            connection.close()


@contextmanager
def running(*answers: Answer, address: str = "127.0.0.1", tls: ssl.SSLContext | None = None) -> Iterator[Origin]:
    origin = Origin(answers, address, tls)
    thread = threading.Thread(target=origin.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield origin
    finally:
        origin.stop.set()
        origin.shutdown()
        thread.join()
        origin.server_close()
