"""The JSON log format: of Lambda's own lines, and of what a handler logs."""

import json
import logging
import time

import boto3
import pytest


@pytest.fixture
def logged(fakeaws, messages):
    """Runs a handler with a logging configuration, and returns the events of its log."""

    def logged(handler, **config):
        function = fakeaws.create_function("talk", handler, timeout=1)
        boto3.client("lambda").update_function_configuration(
            FunctionName="talk", LoggingConfig={"LogFormat": "JSON", **config}
        )
        logged.run = function.invoke()
        return messages()

    return logged


def documents(messages):
    return [json.loads(message) for message in messages]


def test_awss_own_lines_are_records_of_the_platform(logged):
    """As the Telemetry API has them."""
    init, start, report = documents(logged(lambda *_: time.sleep(0.25)))

    run = logged.run
    assert (init["type"], init["record"]["initializationType"]) == (
        "platform.initStart",
        "on-demand",
    )
    assert start == {
        "time": "2030-01-01T00:00:00.000Z",
        "type": "platform.start",
        "record": {"requestId": run.request_id, "version": "$LATEST"},
    }
    assert report == {
        "time": "2030-01-01T00:00:00.250Z",
        "type": "platform.report",
        "record": {
            "requestId": run.request_id,
            "metrics": {
                "durationMs": 250.0,
                "billedDurationMs": 250,
                "memorySizeMB": 128,
                "maxMemoryUsedMB": 128,
                "initDurationMs": 0.0,
            },
            "status": "success",
        },
    }


def test_a_log_record_is_a_document(logged):
    """With the fields that its caller added, and its error; what is printed stays text."""

    def handler(event, context):
        print("plain")
        logging.getLogger("sales").info("sold %d", 3, extra={"sku": "lamp"})
        try:
            1 / 0  # noqa: B018
        except ZeroDivisionError:
            logging.getLogger("sales").exception("lost")

    plain, *records = logged(handler)[2:-1]
    sold, lost = documents(records)

    assert plain == "plain\n"
    assert sold == {
        "timestamp": "2030-01-01T00:00:00.000Z",
        "level": "INFO",
        "message": "sold 3",
        "logger": "sales",
        "requestId": logged.run.request_id,
        "sku": "lamp",
    }
    assert (lost["errorType"], lost["errorMessage"]) == ("ZeroDivisionError", "division by zero")
    assert "1 / 0" in lost["stackTrace"][0]
    assert ":handler:" in lost["location"]


def test_records_below_the_level_are_not_written(logged):
    """INFO unless the configuration says another; the root logger has that level meanwhile."""
    before = logging.getLogger().level

    def handler(event, context):
        for level in (logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR):
            logging.getLogger("sales").log(level, "here")
        return logging.getLevelName(logging.getLogger().level)

    messages = logged(handler, ApplicationLogLevel="WARN")[2:-1]

    assert [document["level"] for document in documents(messages)] == ["WARNING", "ERROR"]
    assert logged.run.result == "WARNING"
    assert logging.getLogger().level == before


@pytest.mark.parametrize(
    ("level", "expected"),
    [
        ("DEBUG", ["initStart", "initRuntimeDone", "initReport", "start", "runtimeDone", "report"]),
        ("INFO", ["initStart", "start", "report"]),
        ("WARN", []),
    ],
)
def test_the_level_of_awss_own_lines(logged, level, expected):
    """From all of them to none for a success."""
    found = documents(logged(lambda *_: None, SystemLogLevel=level))

    assert [record["type"].removeprefix("platform.") for record in found] == expected


def test_a_failure_is_told_at_every_level(logged):
    """The runtime's document, and the report's status."""
    error, done, report = documents(logged(lambda *_: 1 / 0, SystemLogLevel="WARN"))

    assert (error["level"], error["errorType"]) == ("ERROR", "ZeroDivisionError")
    assert done["type"] == "platform.runtimeDone"
    assert report["record"]["status"] == "error"


def test_a_timeout_is_in_the_report(logged):
    """There is nobody left who could write more."""
    *_, report = documents(logged(lambda *_: time.sleep(5)))

    assert report["record"]["status"] == "timeout"


def test_the_configuration_is_shown_with_its_levels(logged):
    """INFO for both, unless they are set; the environment says the format."""
    import os

    logged(lambda *_: os.environ["AWS_LAMBDA_LOG_FORMAT"], SystemLogLevel="WARN")

    shown = boto3.client("lambda").get_function_configuration(FunctionName="talk")["LoggingConfig"]
    assert logged.run.result == "JSON"
    assert shown == {
        "LogFormat": "JSON",
        "ApplicationLogLevel": "INFO",
        "SystemLogLevel": "WARN",
        "LogGroup": "/aws/lambda/talk",
    }
