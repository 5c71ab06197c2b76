"""The HTTP endpoint of a fake, as a test holds it."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Literal, NamedTuple, TypeAlias

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.cloud import Cloud
from pytest_fakeaws.errors import HIDE_FROM_TRACEBACK, ClockStopped, WrongState
from pytest_fakeaws.handles.control import Control
from pytest_fakeaws.wire.dispatch import Dispatch
from pytest_fakeaws.wire.endpoint.child_waits import ChildWaits
from pytest_fakeaws.wire.endpoint.errands import Errands
from pytest_fakeaws.wire.endpoint.guests import Guests
from pytest_fakeaws.wire.endpoint.reception import Reception
from pytest_fakeaws.wire.endpoint.server import HttpServer
from pytest_fakeaws.wire.environment import variables
from pytest_fakeaws.wire.front_door import FrontDoor
from pytest_fakeaws.wire.function_urls import FunctionUrls
from pytest_fakeaws.wire.gate import Gate
from pytest_fakeaws.wire.real_time import real_time
from pytest_fakeaws.wire.threads import Threads

__tracebackhide__ = HIDE_FROM_TRACEBACK

ClockName: TypeAlias = Literal["virtual", "real"]


class Behind(NamedTuple):
    """What stands behind an endpoint.

    Attributes:
        gate: Goes into the simulation.
        cloud: Returns the cloud; a reset makes another.
        dispatch: Returns its dispatch.
        caller: Tells the account and region of a sender, by access key and region.
        threads: Those of the process.
        control: Makes the control API, given as `at_home` who does things on the thread that the fake lives on.
        region: Where clients are that name no region.
    """

    gate: Gate
    cloud: Callable[[], Cloud]
    dispatch: Callable[[], Dispatch]
    caller: Callable[[str, str], Place]
    threads: Threads
    control: Callable[..., Control]
    region: str


class Endpoint:
    """Where other processes, in any language, reach a fake: SQS, SNS and Lambda at one address.

    A context manager. It ends with the fake at the latest.

    Attributes:
        host: Where it listens.
        port: Where it listens.
    """

    def __init__(
        self,
        server: HttpServer,
        guests: Guests,
        errands: Errands,
        children: ChildWaits,
        region: str,
    ) -> None:
        self.host, self.port = server.host, server.port
        self._server = server
        self._guests = guests
        self._errands = errands
        self._children = children
        self._region = region
        self.is_open = True

    @property
    def url(self) -> str:
        """Its URL, for `AWS_ENDPOINT_URL` and `--endpoint-url`."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """Variables that lead the AWS clients of another process here.

        Example:
            >>> subprocess.run(command, env={**os.environ, **endpoint.environment})  # doctest: +SKIP
        """
        return {**variables(self._region), "AWS_ENDPOINT_URL": self.url}

    def wait_for(self, condition: Callable[[], object], timeout: float = 30) -> None:
        """Wait in real time for something that another process does; virtual time stands still meanwhile.

        With the real clock it goes on as real time does.

        Args:
            condition: Called with no arguments, true when done.
            timeout: How many real seconds to wait.

        Raises:
            ClockStopped: It did not hold in time.
            WrongState: Called in a handler, in another thread, or after the endpoint has stopped.
        """
        end = real_time() + timeout
        held: list[object] = []

        def over() -> bool:
            held[:] = [condition()]
            return bool(held[0]) or real_time() >= end

        self.serve_until(over)
        if not held[0]:
            raise ClockStopped(
                f"The condition did not hold within {timeout} s of real time.",
                f"The endpoint listens at {self.url}.",
                "Is the other process still running, and does it talk to this endpoint?",
            )

    def serve_until(self, over: Callable[[], object]) -> None:
        """Do nothing but serve.

        Args:
            over: Called with no arguments, a few times a second, true when to go on.

        Raises:
            WrongState: Called in a handler, in another thread, or after the endpoint has stopped.
        """
        if not self.is_open or not self._errands.may_attend:
            raise WrongState(
                "The endpoint was waited at where nobody can.",
                "The endpoint has stopped."
                if not self.is_open
                else "This is a handler, a consumer or another thread.",
                "Call wait_for() from the test, while the endpoint is open.",
            )
        self._errands.attend(lambda: bool(over()))

    def stop(self) -> None:
        """Close it; whoever waits for an answer is told that the service is not available."""
        if self.is_open:
            self.is_open = False
            self._children.stop()
            self._guests.close()
            self._server.stop(self._guests.send_home)

    def __enter__(self) -> Endpoint:  # noqa: PYI034 - typing has Self from 3.11 on
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def __repr__(self) -> str:
        return f"<Endpoint {self.url}{'' if self.is_open else ', stopped'}>"


def opened(behind: Behind, host: str, port: int, *, clock: ClockName, moment: float) -> Endpoint:
    """Open an endpoint; see `FakeAWS.serve`."""
    gate, threads = behind.gate, behind.threads
    follow = clock == "real"
    errands = Errands(gate, lambda: behind.cloud().simulation, threads, follow=follow)
    guests = Guests(threads, 0 if follow else moment)
    reception = Reception(
        FrontDoor(behind.dispatch, behind.caller),
        FunctionUrls(lambda: behind.cloud().functions, gate.inside, behind.caller),
        behind.control(at_home=errands.ask).answer,
        guests,
    )
    server = HttpServer(reception.answer, host, port)
    guests.open()
    children = ChildWaits(errands)
    children.start()
    return Endpoint(server, guests, errands, children, behind.region)
