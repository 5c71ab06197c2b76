"""The functions: one locates addresses, one notes those that could not be located."""

import json

from geocoding import job, service


def locate(event, context):
    """Locate a batch; those for which the service has no time come back on their own."""
    failures = []
    for record in event["Records"]:
        try:
            locate_one(json.loads(record["body"]))
        except service.Busy:
            failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}


def locate_one(task):
    """Locate one address of a job."""
    running = job.jobs[task["job"]]
    address = running.addresses[task["address"]]
    running.located[task["address"]] = service.locate(address)


def give_up(event, context):
    """The function behind the dead-letter queue: a job ends, even if not all of it succeeds."""
    for record in event["Records"]:
        task = json.loads(record["body"])
        job.jobs[task["job"]].failed[task["address"]] = "the service has been busy too often"
