"""Every simulated operation gives an asynchronous client the answer that a synchronous one gets."""

import asyncio
from contextlib import AsyncExitStack

import boto3
from aiobotocore.session import get_session
from botocore.exceptions import ClientError
from every_operation import SERVICES, program

from pytest_fakeaws import FakeAWS


def told(error):
    """What an error tells its catcher."""
    return type(error).__name__, type(error).__mro__[1].__name__, str(error), error.response


def synchronously():
    """The answers of the program to synchronous clients, and the journal."""
    with FakeAWS() as aws:
        clients = {name: boto3.client(name) for name in SERVICES}
        calls, answers, answer = program(aws), [], None
        while True:
            try:
                service, name, parameters = calls.send(answer)
            except StopIteration:
                return answers, str(aws.journal)
            try:
                answer = getattr(clients[service], name)(**parameters)
                if "Payload" in answer:
                    answer["Payload"] = answer["Payload"].read()
                if "EventStream" in answer:
                    answer["EventStream"] = list(answer["EventStream"])
                answers.append((name, answer))
            except ClientError as error:
                answers.append((name, told(error)))


async def asynchronously():
    """The answers of the program to asynchronous clients, and the journal."""
    session = get_session()
    with FakeAWS() as aws:
        async with AsyncExitStack() as stack:
            clients = {
                name: await stack.enter_async_context(session.create_client(name))
                for name in SERVICES
            }
            calls, answers, answer = program(aws), [], None
            while True:
                try:
                    service, name, parameters = calls.send(answer)
                except StopIteration:
                    return answers, str(aws.journal)
                try:
                    answer = await getattr(clients[service], name)(**parameters)
                    if "Payload" in answer:
                        answer["Payload"] = await answer["Payload"].read()
                    if "EventStream" in answer:
                        answer["EventStream"] = [event async for event in answer["EventStream"]]
                    answers.append((name, answer))
                except ClientError as error:
                    answers.append((name, told(error)))


def test_both_kinds_of_clients_get_the_same_answers():
    """Ids, dates, errors and their classes included; and the same things have happened."""
    expected, journal = synchronously()
    answers, asynchronous_journal = asyncio.run(asynchronously())

    assert answers == expected
    assert asynchronous_journal == journal


def test_the_comparison_misses_no_operation():
    """Whatever is simulated is called by the program, and one that is added must be."""
    answers, _ = synchronously()
    with FakeAWS() as aws:
        simulated = {
            method
            for service in SERVICES
            for method, operation in boto3.client(service).meta.method_to_api_mapping.items()
            if (service, operation) in aws._dispatch.operations
        }

    assert {name for name, _ in answers} == simulated
