"""Attempts that something happens to before AWS answers, or instead."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.faults.points import AwsError, Breakage, Disturbance
from pytest_fakeaws.services.ports import Operation, Parameters, Result, ServiceError, Wording
from pytest_fakeaws.sim.instants import Duration


class Broken(Exception):
    """The connection broke: there is no answer.

    Args:
        how: In which way.
    """

    def __init__(self, how: Breakage) -> None:
        super().__init__(how.value)
        self.how = how


class Injected(ServiceError):
    """An error that AWS was made to answer."""

    error: AwsError

    def wording(self) -> Wording:
        """How AWS puts it."""
        fault = "Sender" if self.error.status < _FAULT_OF_AWS else "Receiver"
        return Wording(self.error.code, "{message}", self.error.status, fault=fault)

    @property
    def text(self) -> str:
        """The message."""
        return self.error.text


_FAULT_OF_AWS = 500


def disturbed(
    disturbance: Disturbance,
    operation: Operation,
    wait: Callable[[Duration], None],
    caller: Place,
    parameters: Parameters,
) -> Result:
    """Carry out a call that *disturbance* happens to.

    Args:
        disturbance: What happens.
        operation: Lets the call take effect.
        wait: Lets virtual time pass.
        caller: Who calls.
        parameters: With what.

    Raises:
        ServiceError: AWS answers with an error.
        Broken: Nobody answers.
    """
    if disturbance.latency:
        wait(disturbance.latency)
    if disturbance.error is not None:
        raise Injected(disturbance.error)
    if disturbance.breakage is None:
        return operation(caller, parameters)
    if disturbance.takes_effect:
        with suppress(ServiceError):  # an error of AWS's is lost on the way like any answer
            operation(caller, parameters)
    raise Broken(disturbance.breakage)
