"""Makes a wiring real, with boto3: in an account of the team's, and in tests."""

import io
import json
import zipfile
from importlib.util import find_spec
from pathlib import Path

import boto3

from wiring.declared import BadWiring

ROLE = "arn:aws:iam::123456789012:role/shop"


class Deployment:
    """Creates what is declared, each thing once."""

    def __init__(self):
        self._sqs, self._sns, self._lambda = map(boto3.client, ("sqs", "sns", "lambda"))
        self.queues, self.topics, self.functions = {}, {}, {}

    def deploy(self, wiring):
        """Create all of it.

        Raises:
            BadWiring: It cannot work.
        """
        wiring.check()
        for trigger in wiring.triggers:
            self._trigger(trigger)
        for subscription in wiring.subscriptions:
            self._subscribe(subscription)
        return self

    def _queue(self, queue):
        if queue.name not in self.queues:
            dlq = self._sqs.create_queue(
                QueueName=f"{queue.name}-dlq",
                Attributes={"MessageRetentionPeriod": str(14 * 24 * 3600)},
            )["QueueUrl"]
            policy = {"deadLetterTargetArn": self._arn(dlq), "maxReceiveCount": queue.receives}
            self.queues[queue.name] = self._sqs.create_queue(
                QueueName=queue.name,
                Attributes={
                    "VisibilityTimeout": str(queue.visibility_timeout),
                    "RedrivePolicy": json.dumps(policy),
                },
            )["QueueUrl"]
        return self.queues[queue.name]

    def _arn(self, queue_url):
        answer = self._sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["QueueArn"])
        return answer["Attributes"]["QueueArn"]

    def _trigger(self, trigger):
        queue_arn = self._arn(self._queue(trigger.queue))
        self._function(trigger.function)
        try:
            self._lambda.create_event_source_mapping(
                EventSourceArn=queue_arn, FunctionName=trigger.function.name
            )
        except self._lambda.exceptions.InvalidParameterValueException as error:
            raise BadWiring(f"{trigger.queue.name} -> {trigger.function.name}: {error}") from error

    def _function(self, function):
        if function.name not in self.functions:
            self.functions[function.name] = self._lambda.create_function(
                FunctionName=function.name,
                Runtime="python3.12",
                Role=ROLE,
                Handler=function.handler.rpartition(".")[0].replace(".", "/")
                + "."
                + function.handler.rpartition(".")[2],
                Timeout=function.timeout,
                Code={"ZipFile": packed(function.handler.partition(".")[0])},
            )

    def _subscribe(self, subscription):
        name = subscription.topic.name
        if name not in self.topics:
            self.topics[name] = self._sns.create_topic(Name=name)["TopicArn"]
        queue_url = self._queue(subscription.queue)
        if subscription.allowed:
            self._allow(queue_url, self.topics[name])
        self._sns.subscribe(
            TopicArn=self.topics[name],
            Protocol="sqs",
            Endpoint=self._arn(queue_url),
            Attributes={"RawMessageDelivery": "true"},
        )

    def _allow(self, queue_url, topic_arn):
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": "sns.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": self._arn(queue_url),
            "Condition": {"ArnEquals": {"aws:SourceArn": topic_arn}},
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        self._sqs.set_queue_attributes(QueueUrl=queue_url, Attributes={"Policy": policy})


def packed(package):
    """A deployment package of a package of this application."""
    folder = Path(find_spec(package).submodule_search_locations[0])
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path in sorted(folder.rglob("*.py")):
            archive.write(path, path.relative_to(folder.parent).as_posix())
    return packed.getvalue()
