"""Every simulated operation gives an asynchronous client the answer that a synchronous one gets."""

import asyncio
import io
import json
import zipfile

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
    yield "lambda", "invoke_with_response_stream", {"FunctionName": "work", "Payload": b'{"n": 6}'}
    yield "lambda", "get_function", {"FunctionName": "work"}
    yield "lambda", "get_function_configuration", {"FunctionName": "work"}
    yield "lambda", "list_functions", {}
    source = {"EventSourceArn": dead_arn, "FunctionName": "work"}
    mapping = yield "lambda", "create_event_source_mapping", source
    yield "lambda", "get_event_source_mapping", {"UUID": mapping["UUID"]}
    yield "lambda", "list_event_source_mappings", {}
    yield "lambda", "delete_event_source_mapping", {"UUID": mapping["UUID"]}
    for part in (versions, layers, permissions, settings, logs):
        yield from part()
    yield "lambda", "invoke_async", {"FunctionName": "work", "InvokeArgs": b'{"n": 6}'}
    yield "lambda", "delete_function", {"FunctionName": "work"}
    yield "sqs", "delete_queue", {"QueueUrl": url}


def package(text):
    """A deployment package with one module, `app`."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(zipfile.ZipInfo("app.py"), text)
    return packed.getvalue()


def versions():
    """Calls about the code of a function, its versions and its aliases."""
    app = {"FunctionName": "app"}
    code = {"ZipFile": package("def handler(event, context): return 1")}
    role = {"Role": "arn:aws:iam::123456789012:role/r", "Runtime": "python3.13"}
    yield "lambda", "create_function", {**app, **role, "Handler": "app.handler", "Code": code}
    yield "lambda", "update_function_code", {**app, "ZipFile": package("def handler(*_): return 2")}
    yield "lambda", "update_function_configuration", {**app, "Timeout": 5}
    yield "lambda", "publish_version", app
    yield "lambda", "list_versions_by_function", app
    alias = {**app, "Name": "live"}
    yield "lambda", "create_alias", {**alias, "FunctionVersion": "1"}
    yield "lambda", "update_alias", {**alias, "Description": "served"}
    yield "lambda", "get_alias", alias
    yield "lambda", "list_aliases", app
    live = {**app, "Qualifier": "live"}
    yield "lambda", "invoke", live
    provisioned = {**live, "ProvisionedConcurrentExecutions": 1}
    yield "lambda", "put_provisioned_concurrency_config", provisioned
    yield "lambda", "get_provisioned_concurrency_config", live
    yield "lambda", "list_provisioned_concurrency_configs", app
    yield "lambda", "delete_provisioned_concurrency_config", live
    yield "lambda", "delete_alias", alias


def layers():
    """Calls about layers and who may use them."""
    layer = {"LayerName": "shared"}
    first = {**layer, "VersionNumber": 1}
    yield "lambda", "publish_layer_version", {**layer, "Content": {"ZipFile": package("")}}
    yield "lambda", "list_layers", {}
    yield "lambda", "list_layer_versions", layer
    got = yield "lambda", "get_layer_version", first
    yield "lambda", "get_layer_version_by_arn", {"Arn": got["LayerVersionArn"]}
    grant = {"StatementId": "s", "Action": "lambda:GetLayerVersion", "Principal": "111122223333"}
    yield "lambda", "add_layer_version_permission", {**first, **grant}
    yield "lambda", "get_layer_version_policy", first
    yield "lambda", "remove_layer_version_permission", {**first, "StatementId": "s"}
    yield "lambda", "delete_layer_version", first


def permissions():
    """Calls about who may use a function, and how it is found."""
    work = {"FunctionName": "work"}
    arn = {"Resource": "arn:aws:lambda:us-east-1:123456789012:function:work"}
    grant = {"StatementId": "s", "Action": "lambda:InvokeFunction", "Principal": "111122223333"}
    yield "lambda", "add_permission", {**work, **grant}
    yield "lambda", "get_policy", work
    yield "lambda", "remove_permission", {**work, "StatementId": "s"}
    yield "lambda", "tag_resource", {**arn, "Tags": {"team": "a"}}
    yield "lambda", "list_tags", arn
    yield "lambda", "untag_resource", {**arn, "TagKeys": ["team"]}
    yield "lambda", "create_function_url_config", {**work, "AuthType": "NONE"}
    yield "lambda", "update_function_url_config", {**work, "AuthType": "AWS_IAM"}
    yield "lambda", "get_function_url_config", work
    yield "lambda", "list_function_url_configs", work
    yield "lambda", "delete_function_url_config", work


def settings():
    """Calls about how a function is run."""
    work = {"FunctionName": "work"}
    yield "lambda", "get_account_settings", {}
    yield "lambda", "put_function_concurrency", {**work, "ReservedConcurrentExecutions": 2}
    yield "lambda", "get_function_concurrency", work
    yield "lambda", "delete_function_concurrency", work
    yield "lambda", "put_function_event_invoke_config", {**work, "MaximumRetryAttempts": 1}
    yield "lambda", "update_function_event_invoke_config", {**work, "MaximumRetryAttempts": 0}
    yield "lambda", "get_function_event_invoke_config", work
    yield "lambda", "list_function_event_invoke_configs", work
    yield "lambda", "delete_function_event_invoke_config", work
    yield "lambda", "put_function_recursion_config", {**work, "RecursiveLoop": "Allow"}
    yield "lambda", "get_function_recursion_config", work
    yield "lambda", "put_runtime_management_config", {**work, "UpdateRuntimeOn": "Auto"}
    yield "lambda", "get_runtime_management_config", work
    profile = "arn:aws:signer:us-east-1:123456789012:/signing-profiles/p/abcdefghij"
    allowed = {"AllowedPublishers": {"SigningProfileVersionArns": [profile]}}
    made = yield "lambda", "create_code_signing_config", allowed
    signing = {"CodeSigningConfigArn": made["CodeSigningConfig"]["CodeSigningConfigArn"]}
    yield "lambda", "update_code_signing_config", {**signing, "Description": "d"}
    yield "lambda", "get_code_signing_config", signing
    yield "lambda", "list_code_signing_configs", {}
    yield "lambda", "put_function_code_signing_config", {**work, **signing}
    yield "lambda", "get_function_code_signing_config", work
    yield "lambda", "list_functions_by_code_signing_config", signing
    yield "lambda", "delete_function_code_signing_config", work
    yield "lambda", "delete_code_signing_config", signing


def logs():
    """Calls about what functions write."""
    group = {"logGroupName": "/aws/lambda/work"}
    yield "logs", "describe_log_groups", {}
    got = yield "logs", "describe_log_streams", group
    stream = {"logStreamName": got["logStreams"][0]["logStreamName"]}
    yield "logs", "get_log_events", {**group, **stream}
    yield "logs", "filter_log_events", {**group, "filterPattern": "REPORT"}


def told(error):
    """What an error tells its catcher."""
    return type(error).__name__, type(error).__mro__[1].__name__, str(error), error.response


def synchronously():
    """The answers of the program to synchronous clients, and the journal."""
    with FakeAWS() as aws:
        clients = {name: boto3.client(name) for name in ("sqs", "lambda", "logs")}
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
        async with (
            session.create_client("sqs") as sqs,
            session.create_client("lambda") as lambda_,
            session.create_client("logs") as logs_,
        ):
            clients = {"sqs": sqs, "lambda": lambda_, "logs": logs_}
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
            for service in ("sqs", "lambda", "logs")
            for method, operation in boto3.client(service).meta.method_to_api_mapping.items()
            if (service, operation) in aws._dispatch.operations
        }

    assert {name for name, _ in answers} == simulated
