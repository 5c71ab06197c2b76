"""The server: waitress, listening on one address in threads of its own.

waitress reads a request whole before a thread is given to it, and bounds what it reads; so a client that is
slow, or says only half, holds nobody up. Each long poll has a thread of its own: there is always one more.

Taken from waitress beyond its documented API: `task_dispatcher` of a server, with its `set_thread_count` and
`shutdown` and
`handler_thread`, `wasyncore.loop` and `wasyncore.close_all`, and `pull_trigger`, which wakes the loop.
"""

from __future__ import annotations

import socket
import threading
from _thread import allocate_lock
from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

from pytest_fakeaws.errors import WrongState
from pytest_fakeaws.wire.endpoint import wsgi
from pytest_fakeaws.wire.protocols.http import Request, Response
from pytest_fakeaws.wire.tools import OwnThread

Answerer: TypeAlias = Callable[[Request], Response]
"""Answers a request, on a thread of the server's."""

LARGEST_BODY = 80 * 1024 * 1024
"""Bytes of a request; a deployment package of 50 MB in Base64 fits in."""

LARGEST_HEADERS = 64 * 1024
CONNECTIONS = 1_000
SLOWEST = 120
"""Real seconds after which a connection is closed that nothing comes from."""

_FIRST_THREADS = 4
_MOST_THREADS = 500
_LOOK = 1.0
_MOMENT, _BRIEFLY = 0.01, 0.001


def _listen(host: str, port: int) -> str:
    """An address as waitress has it; a name that stands for several is the first of IPv4."""
    return f"[{host}]:{port}" if ":" in host else f"{socket.gethostbyname(host)}:{port}"


def waitress() -> Any:
    """The server library.

    Raises:
        WrongState: It is not installed.
    """
    try:
        import waitress  # noqa: PLC0415 - an extra
        import waitress.wasyncore  # noqa: PLC0415
    except ImportError:
        raise WrongState(
            "The HTTP endpoint needs a server library that is not installed.",
            "There is no module named waitress.",
            "Install it: pip install 'pytest-fakeaws[server]'.",
        ) from None
    return waitress


class HttpServer:
    """Listens on one address.

    Args:
        answer: Answers requests.
        host: Where to listen.
        port: Where to listen; 0 for a free one.

    Attributes:
        host: Where it listens.
        port: Where it listens.

    Raises:
        WrongState: The server library is not installed, or the address is taken.
    """

    def __init__(self, answer: Answerer, host: str, port: int) -> None:
        self._waitress: Any = waitress()
        self._answer = answer
        self._sockets: dict[int, Any] = {}
        self._stopping = False
        self._busy = 0
        self._count = allocate_lock()
        self._over = allocate_lock()
        self._over.acquire()
        try:
            self._server: Any = self._waitress.create_server(
                self._application,
                map=self._sockets,
                listen=_listen(host, port),
                threads=_FIRST_THREADS,
                max_request_body_size=LARGEST_BODY,
                max_request_header_size=LARGEST_HEADERS,
                connection_limit=CONNECTIONS,
                channel_timeout=SLOWEST,
                asyncore_use_poll=True,
                ident="pytest-fakeaws",
            )
        except OSError as error:
            raise WrongState(
                f"Nobody can listen at {host}:{port}.",
                str(error),
                "Is another one running there? Port 0 takes one that is free.",
            ) from None
        self._threads = _FIRST_THREADS
        self.host: str = host
        self.port: int = self._server.effective_port
        self._thread = OwnThread(target=self._run, name="fakeaws-endpoint", daemon=True)
        self._thread.start()

    def stop(self, send_home: Callable[[], None]) -> None:
        """Close everything, and wait for what is being answered.

        Args:
            send_home: Ends the waits of what is being answered.
        """
        self._stopping = True
        self._server.pull_trigger()
        # No `join`, which would let virtual time go on.
        while not self._over.acquire(timeout=_MOMENT):
            send_home()
        while any(thread.is_alive() for thread in self._own_threads()):
            self._over.acquire(timeout=_BRIEFLY)

    def _own_threads(self) -> list[threading.Thread]:
        serves = self._server.task_dispatcher.handler_thread
        return [
            thread
            for thread in threading.enumerate()
            if thread is self._thread or getattr(thread, "_target", None) == serves
        ]

    def _run(self) -> None:
        try:
            while not self._stopping:
                self._turn(_LOOK)
            self._finish()
        finally:
            self._waitress.wasyncore.close_all(self._sockets, ignore_all=True)
            self._over.release()

    def _finish(self) -> None:
        """Let the threads go, and what they have answered go out."""
        self._server.accepting = False
        ended = allocate_lock()
        ended.acquire()

        def shut_down() -> None:
            self._server.task_dispatcher.shutdown()
            ended.release()

        OwnThread(target=shut_down, name="fakeaws-endpoint-end", daemon=True).start()
        while not ended.acquire(blocking=False):
            self._turn(_MOMENT)
        self._turn(0)

    def _turn(self, longest: float) -> None:
        """Look once at all sockets."""
        self._waitress.wasyncore.loop(longest, map=self._sockets, use_poll=True, count=1)

    def _application(
        self, environment: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer one request, as WSGI has it."""
        self._enter()
        try:
            response = self._answer(wsgi.request(environment))
        finally:
            with self._count:
                self._busy -= 1
        return wsgi.respond(response, start_response)

    def _enter(self) -> None:
        """See to it that the next request finds a thread too."""
        with self._count:
            self._busy += 1
            if self._busy < self._threads or self._threads >= _MOST_THREADS:
                return
            self._threads *= 2
            threads = self._threads
        self._server.task_dispatcher.set_thread_count(threads)
