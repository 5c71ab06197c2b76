"""The ini setting fakeaws_block refuses every AWS call that a test without a fake would make."""

import os

import pytest
from botocore.hooks import EventAliaser


@pytest.fixture
def blocked(run, pytester):
    """Runs pytest on a test module, with the block on."""
    pytester.makeini("[pytest]\nfakeaws_block = true")
    return lambda code: run(code, "--tb=short")


def test_a_forgotten_fixture_is_named(blocked):
    """The error names the call, where it was going, the test, and the fixture to ask for."""
    result = blocked(
        """
        import boto3

        def test_it():
            boto3.client("sqs", "us-east-1").list_queues()
        """,
    )

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "E * sqs:ListQueues was about to leave for the network: nobody fakes it.",
            "E * It was on its way to sqs.us-east-1.amazonaws.com.",
            "E *::test_it has no fake: let it ask for the fixture `fakeaws`. *",
        ]
    )


def test_no_identity_is_looked_for_on_the_network(blocked):
    """A client made without a fake finds fictional credentials and a region."""
    result = blocked(
        """
        import boto3

        def test_it():
            client = boto3.Session().client("sqs")
            assert client.meta.region_name == "us-east-1"
        """
    )

    result.assert_outcomes(passed=1)


def test_a_test_with_the_fixture_is_not_bothered(blocked):
    """The fake answers its own services, and refuses the others in its own words."""
    result = blocked(
        """
        import boto3
        import pytest

        def test_it(fakeaws):
            boto3.client("sqs").list_queues()
            with pytest.raises(Exception, match="let the service through"):
                boto3.client("s3").list_buckets()
        """
    )

    result.assert_outcomes(passed=1)


STUBBED = """
from contextlib import contextmanager
from botocore.stub import Stubber

client = boto3.client("sqs", "us-east-1")

@contextmanager
def somebody():
    with Stubber(client) as stubber:
        stubber.add_response("list_queues", {})
        yield
"""


@pytest.mark.parametrize(
    ("setup", "call"),
    [
        pytest.param(
            "from moto import mock_aws as somebody",
            'boto3.Session().client("s3").list_buckets()',
            id="moto",
            marks=pytest.mark.slow,
        ),
        pytest.param(STUBBED, "client.list_queues()", id="Stubber"),
    ],
)
def test_a_call_that_somebody_else_answers_passes(blocked, setup, call):
    """Only what would leave is refused."""
    result = blocked(f"import boto3\n{setup}\ndef test_it():\n    with somebody(): {call}")

    result.assert_outcomes(passed=1)


def test_a_service_on_this_machine_may_be_asked(blocked):
    """A loopback endpoint is nobody's bill: the call goes out, and here finds a closed port."""
    result = blocked(
        """
        import boto3
        import pytest
        from botocore.config import Config
        from botocore.exceptions import EndpointConnectionError

        def test_it():
            client = boto3.client(
                "dynamodb",
                "us-east-1",
                endpoint_url="http://127.0.0.1:1",
                config=Config(retries={"max_attempts": 0}, signature_version=None),
            )
            with pytest.raises(EndpointConnectionError):
                client.list_tables()
        """,
    )

    result.assert_outcomes(passed=1)


def test_the_run_may_leave_without_the_setting(run):
    """By default a test without the fixture is none of our business."""
    result = run(
        """
        import boto3
        from botocore.hooks import EventAliaser

        def test_it():
            assert EventAliaser.emit.__module__ == "botocore.hooks"
        """
    )

    result.assert_outcomes(passed=1)


def test_a_call_while_modules_are_imported_is_refused_too(blocked):
    """Collection ends with an error instead of a call."""
    result = blocked('import boto3\n\nboto3.client("sqs").list_queues()')

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["E * This run has no fake: *"])


def test_the_block_ends_with_the_run(blocked):
    """Whoever runs pytest inside a process finds botocore and the environment as they were."""

    def world():
        return EventAliaser.emit, {name: os.environ[name] for name in os.environ if "AWS" in name}

    before = world()
    blocked("def test_it(): pass")

    assert world() == before
