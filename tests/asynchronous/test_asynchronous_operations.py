"""Every simulated operation gives an asynchronous client the answer that a synchronous one gets."""

import asyncio
import json

import boto3
from aiobotocore.session import get_session
from botocore.exceptions import ClientError

from pytest_fakeaws import FakeAWS


def program(aws):  # noqa: PLR0915 - one call after another
    """Calls of all operations, and some errors: yields each, and is sent its answer."""
    base = "https://sqs.us-east-1.amazonaws.com/123456789012"
    url, dead = f"{base}/orders", f"{base}/dead"
    dead_arn = "arn:aws:sqs:us-east-1:123456789012:dead"
    redrive = json.dumps({"deadLetterTargetArn": dead_arn, "maxReceiveCount": 1})
    entries = [{"Id": name, "MessageBody": name} for name in "abc"]
    aws.create_function("work", lambda event, context: event["n"] / 2)

    yield "sqs", "create_queue", {"QueueName": "dead"}
    yield "sqs", "create_queue", {"QueueName": "orders", "Attributes": {"RedrivePolicy": redrive}}
    yield "sqs", "get_queue_url", {"QueueName": "orders"}
    yield "sqs", "get_queue_url", {"QueueName": "nobody"}
    yield "sqs", "list_queues", {}
    yield "sqs", "list_dead_letter_source_queues", {"QueueUrl": dead}
    yield "sqs", "set_queue_attributes", {"QueueUrl": url, "Attributes": {"DelaySeconds": "0"}}
    yield "sqs", "get_queue_attributes", {"QueueUrl": url, "AttributeNames": ["All"]}
    yield "sqs", "tag_queue", {"QueueUrl": url, "Tags": {"team": "a", "stage": "b"}}
    yield "sqs", "untag_queue", {"QueueUrl": url, "TagKeys": ["team"]}
    yield "sqs", "list_queue_tags", {"QueueUrl": url}
    grant = {"Label": "l", "AWSAccountIds": ["111122223333"], "Actions": ["SendMessage"]}
    yield "sqs", "add_permission", {"QueueUrl": url, **grant}
    yield "sqs", "remove_permission", {"QueueUrl": url, "Label": "l"}
    yield "sqs", "send_message", {"QueueUrl": url, "MessageBody": "first"}
    yield "sqs", "send_message", {"QueueUrl": url, "MessageBody": ""}
    yield "sqs", "send_message_batch", {"QueueUrl": url, "Entries": entries}
    got = yield "sqs", "receive_message", {"QueueUrl": url, "MaxNumberOfMessages": 10}
    handles = [message["ReceiptHandle"] for message in got["Messages"]]
    one = {"QueueUrl": url, "ReceiptHandle": handles[0]}
    yield "sqs", "change_message_visibility", {**one, "VisibilityTimeout": 50}
    yield "sqs", "delete_message", one
    later = [{"Id": "0", "ReceiptHandle": handles[1], "VisibilityTimeout": 0}]
    yield "sqs", "change_message_visibility_batch", {"QueueUrl": url, "Entries": later}
    gone = [{"Id": "0", "ReceiptHandle": handles[2]}]
    yield "sqs", "delete_message_batch", {"QueueUrl": url, "Entries": gone}
    yield "sqs", "receive_message", {"QueueUrl": url, "WaitTimeSeconds": 20}
    task = yield "sqs", "start_message_move_task", {"SourceArn": dead_arn}
    yield "sqs", "cancel_message_move_task", {"TaskHandle": task["TaskHandle"]}
    yield "sqs", "list_message_move_tasks", {"SourceArn": dead_arn}
    yield "sqs", "purge_queue", {"QueueUrl": url}
    yield "lambda", "invoke", {"FunctionName": "work", "Payload": b'{"n": 6}'}
    yield "lambda", "invoke", {"FunctionName": "work", "Payload": b"{}"}
    yield "lambda", "invoke", {"FunctionName": "nobody"}
    yield "lambda", "get_function", {"FunctionName": "work"}
    yield "lambda", "get_function_configuration", {"FunctionName": "work"}
    yield "lambda", "list_functions", {}
    source = {"EventSourceArn": dead_arn, "FunctionName": "work"}
    mapping = yield "lambda", "create_event_source_mapping", source
    yield "lambda", "get_event_source_mapping", {"UUID": mapping["UUID"]}
    yield "lambda", "list_event_source_mappings", {}
    yield "lambda", "delete_event_source_mapping", {"UUID": mapping["UUID"]}
    yield "lambda", "delete_function", {"FunctionName": "work"}
    yield "sqs", "delete_queue", {"QueueUrl": url}


def told(error):
    """What an error tells its catcher."""
    return type(error).__name__, type(error).__mro__[1].__name__, str(error), error.response


def synchronously():
    """The answers of the program to synchronous clients, and the journal."""
    with FakeAWS() as aws:
        clients = {name: boto3.client(name) for name in ("sqs", "lambda")}
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
                answers.append((name, answer))
            except ClientError as error:
                answers.append((name, told(error)))


async def asynchronously():
    """The answers of the program to asynchronous clients, and the journal."""
    session = get_session()
    with FakeAWS() as aws:
        async with session.create_client("sqs") as sqs, session.create_client("lambda") as lambda_:
            clients = {"sqs": sqs, "lambda": lambda_}
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
            for service in ("sqs", "lambda")
            for method, operation in boto3.client(service).meta.method_to_api_mapping.items()
            if (service, operation) in aws._dispatch.operations
        }

    assert {name for name, _ in answers} == simulated
