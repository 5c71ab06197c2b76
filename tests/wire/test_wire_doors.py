"""Both doors give the same answers: the everyday one, and the one of real bytes."""

import boto3
from botocore.exceptions import ClientError
from every_operation import SERVICES, program
from wire_client import over_the_wire

from pytest_fakeaws import FakeAWS


def answers(make_client):
    """What the program's calls are answered, and the journal."""
    with FakeAWS() as aws:
        clients = {name: make_client(boto3.client(name), aws) for name in SERVICES}
        calls, told, answer = program(aws), [], None
        while True:
            try:
                service, name, parameters = calls.send(answer)
            except StopIteration:
                return told, str(aws.journal)
            try:
                answer = read(getattr(clients[service], name)(**parameters))
                told.append((name, modelled(answer, clients[service], name)))
            except ClientError as error:
                told.append((name, (type(error).__name__, str(error), error.response)))


def read(answer):
    """An answer whose streams have been read."""
    if "Payload" in answer:
        answer["Payload"] = answer["Payload"].read()
    if "EventStream" in answer:
        answer["EventStream"] = list(answer["EventStream"])
    return answer


def modelled(answer, client, method):
    """An answer without members that are newer than the client, which only the everyday door shows."""
    operation = client.meta.method_to_api_mapping[method]
    shape = client.meta.service_model.operation_model(operation).output_shape
    known = {*(() if shape is None else shape.members), "ResponseMetadata"}
    return {name: value for name, value in answer.items() if name in known}


def comparable(told):
    """Answers without the headers of HTTP but one: where there are bytes, there are more of them."""
    for _, answer in told:
        response = answer[2] if isinstance(answer, tuple) else answer
        headers = response["ResponseMetadata"]["HTTPHeaders"]
        response["ResponseMetadata"]["HTTPHeaders"] = headers["x-amzn-requestid"]
    return told


def test_every_operation_is_answered_alike_at_both_doors():
    """Results, errors and their classes, and ids; and the same things have happened."""
    sent = []
    expected, journal = answers(lambda client, _: client)
    actual, journal_of_bytes = answers(
        lambda client, aws: over_the_wire(client, aws, lambda *both: sent.append(both))
    )

    for one, other in zip(comparable(expected), comparable(actual), strict=True):
        assert other == one
    assert journal_of_bytes == journal
    assert len(sent) == len(actual)


def test_the_comparison_misses_no_operation():
    """Whatever is simulated is called by the program, and one that is added must be."""
    told, _ = answers(lambda client, _: client)
    with FakeAWS() as aws:
        simulated = {
            method
            for service in SERVICES
            for method, operation in boto3.client(service).meta.method_to_api_mapping.items()
            if (service, operation) in aws._dispatch.operations
        }

    assert sorted(simulated - {name for name, _ in told}) == []
