"""Lambda: functions, and the services that they write to and are fed from."""

from __future__ import annotations

from pytest_fakeaws.introductions.surroundings import Surroundings
from pytest_fakeaws.services.lambda_.directory import FunctionDirectory
from pytest_fakeaws.services.lambda_.invoker import Invoker
from pytest_fakeaws.services.ports import LogStreamOpener, ObjectReader, Senders
from pytest_fakeaws.services.sqs.directory import QueueDirectory


def functions(
    around: Surroundings,
    queues: QueueDirectory,
    *,
    senders: Senders,
    open_stream: LogStreamOpener,
    read_object: ObjectReader,
) -> FunctionDirectory:
    """The functions of a cloud; of queues made from now on, those that wait for one are told.

    Args:
        around: What they live in.
        queues: What mappings poll.
        senders: How dead letters and records reach other services.
        open_stream: Opens log streams.
        read_object: Reads objects of S3.
    """
    simulation, journal, chance, hooks, guard = around
    made = FunctionDirectory(
        simulation,
        journal,
        chance,
        Invoker(simulation, journal, chance, open_stream, hooks),
        queues.by_arn,
        may_poll=queues.permits,
        read_object=read_object,
        senders=senders,
        guard=guard,
    )
    queues.watch(made.mappings.queue_created)
    return made
