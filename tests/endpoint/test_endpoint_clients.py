"""The HTTP endpoint and the clients that need it, each as people run it.

`FAKEAWS_CLIENTS` names a folder in which they are installed: `bin` with `aws` and a `python` that has Celery,
and `node_modules`. With it, one that is missing is a failure.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

FOLDER = os.environ.get("FAKEAWS_CLIENTS", "")

pytestmark = pytest.mark.slow


def installed(name, what):
    """The path of something in the folder of clients; without the folder the test is skipped."""
    path = Path(FOLDER, name)
    if not FOLDER:
        pytest.skip(f"FAKEAWS_CLIENTS names no folder with {what}.")
    if not path.exists():
        pytest.fail(f"{what} is not installed: there is no {path}.")
    return str(path)


@pytest.fixture
def run(endpoint, tmp_path):
    """Runs a command whose AWS is the endpoint; returns what it printed."""

    def run(*command, **variables):
        done = subprocess.run(
            command,
            env={**os.environ, **endpoint.environment, **variables},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            cwd=tmp_path,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


def test_the_command_line_interface(fakeaws, endpoint, run):
    """Queues and functions from a shell; version 1 has to be told the endpoint as an argument."""
    command = installed("bin/aws", "the AWS CLI"), "--endpoint-url", endpoint.url
    fakeaws.create_function("double", lambda event, _: event * 2)
    url = json.loads(run(*command, "sqs", "create-queue", "--queue-name", "orders"))["QueueUrl"]
    run(*command, "sqs", "send-message", "--queue-url", url, "--message-body", "hello")
    received = json.loads(run(*command, "sqs", "receive-message", "--queue-url", url))
    invoked = ("invoke", "--function-name", "double", "--payload", "21", "out.json")
    answer = json.loads(run(*command, "lambda", *invoked))

    assert [message["Body"] for message in received["Messages"]] == ["hello"]
    assert answer["StatusCode"] == 200
    assert fakeaws.function("double").invocations[0].result == 42


SCRIPT = """
import { CreateQueueCommand, DeleteMessageCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient }
  from "@aws-sdk/client-sqs";
import { CreateTopicCommand, PublishCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";

const sqs = new SQSClient(), sns = new SNSClient(), functions = new LambdaClient();
const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "orders" }));
await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "by SQS" }));
const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: "news" }));
await sns.send(new SubscribeCommand({
  TopicArn, Protocol: "sqs", Endpoint: "arn:aws:sqs:us-east-1:123456789012:orders",
  Attributes: { RawMessageDelivery: "true" },
}));
await sns.send(new PublishCommand({ TopicArn, Message: "by SNS" }));
const bodies = [];
const { Messages } = await sqs.send(
  new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 20 }));
for (const message of Messages) {
  bodies.push(message.Body);
  await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle }));
}
const { Payload } = await functions.send(new InvokeCommand({ FunctionName: "double", Payload: "21" }));
let error;
try {
  await sqs.send(new SendMessageCommand({ QueueUrl: QueueUrl + "-none", MessageBody: "a" }));
} catch (caught) {
  error = caught.name;
}
const control = process.env.AWS_ENDPOINT_URL + "/_fakeaws/advance?by=1h";
const { now } = await (await fetch(control, { method: "POST" })).json();
console.log(JSON.stringify([bodies, Payload.transformToString(), error, now]));
"""


def test_the_sdk_for_javascript(fakeaws, run, tmp_path):
    """Version 3, in Node, which turns the clock too."""
    modules = installed("node_modules", "the AWS SDK for JavaScript")
    (tmp_path / "node_modules").symlink_to(modules)
    (tmp_path / "script.mjs").write_text(SCRIPT)
    fakeaws.create_function("double", lambda event, _: event * 2)
    bodies, payload, error, now = json.loads(run(shutil.which("node"), "script.mjs"))

    assert bodies == ["by SQS", "by SNS"]
    assert payload == "42"
    assert error == "QueueDoesNotExist"
    assert now == "2030-01-01T01:00:00+00:00"
    assert fakeaws.queue("orders").messages.bodies == []


TASKS = """
import os
from celery import Celery

app = Celery("tasks", broker="sqs://")
app.conf.broker_transport_options = {"region": "us-east-1", "wait_time_seconds": 20, "visibility_timeout": 60}
app.conf.task_default_queue = "celery"
app.conf.worker_enable_remote_control = False

@app.task
def add(x, y):
    with open("results", "a") as results:
        results.write(f"{x + y}\\n")
"""


def test_a_worker_of_celery(fakeaws, endpoint, run, tmp_path):
    """It polls, works and deletes, while another process sends it tasks."""
    python = installed("bin/python", "Celery")
    (tmp_path / "tasks.py").write_text(TASKS)
    command = [python, "-m", "celery", "-A", "tasks", "worker", "-P", "solo", "-c", "1"]
    worker = subprocess.Popen(
        [*command, "--without-gossip", "--without-mingle", "--without-heartbeat"],
        env={**os.environ, **endpoint.environment},
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    results = tmp_path / "results"
    try:
        run(python, "-c", "import tasks; tasks.add.delay(2, 3); tasks.add.delay(4, 5)")
        endpoint.wait_for(lambda: results.exists() and len(results.read_text().split()) == 2, 60)
        queue = fakeaws.queue("celery")
        endpoint.wait_for(lambda: not queue.messages.bodies and not queue.in_flight.bodies)
    finally:
        worker.kill()
        worker.wait()

    assert sorted(results.read_text().split()) == ["5", "9"]
