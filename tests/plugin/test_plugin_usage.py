"""`--fakeaws-usage`: what the tests of a session asked of AWS."""

import pytest

CODE = """
    import boto3
    import pytest
    from pytest_fakeaws import FakeAWS

    @pytest.mark.parametrize("polls", [1, 3])
    def test_polls(fakeaws, polls):
        queue = fakeaws.create_queue("orders")
        for _ in range(polls):
            boto3.client("sqs").receive_message(QueueUrl=queue.url)

    def test_runs(fakeaws):
        fakeaws.create_function("work", lambda event, context: None, memory=1024).invoke()

    def test_nothing(): pass
    """


def table(result):
    """The lines of the section, without repeated spaces."""
    lines = [" ".join(line.split()) for line in result.outlines]
    start = next(number for number, line in enumerate(lines) if "= fakeaws usage =" in line)
    return lines[start + 1 :]


EXPECTED = [
    "4 calls 4 empty 1 invocations 0.001 GB-s $0.000002 3 tests",
    "3 calls 3 empty 0 invocations 0.000 GB-s $0.000001 {file}::test_polls[3]",
    "1 calls 1 empty 0 invocations 0.000 GB-s $0.000000 {file}::test_polls[1]",
    "0 calls 0 empty 1 invocations 0.001 GB-s $0.000000 {file}::test_runs",
]


def test_the_usage_of_a_session_is_added_up(run):
    """The most expensive tests first, and where the prices are from."""
    result = run(CODE, "--fakeaws-usage")

    file = "test_the_usage_of_a_session_is_added_up.py"
    sum_, *tests, prices = table(result)[:5]
    assert [sum_, *tests] == [line.format(file=file) for line in EXPECTED]
    assert prices.startswith("at AWS's list prices in us-east-1 of 20")


def test_nothing_is_added_up_unless_asked_for(run):
    """The section is not there."""
    run(CODE).stdout.no_fnmatch_line("*fakeaws usage*")


def test_a_fake_of_a_wider_scope_is_billed_to_the_test_that_used_it(run):
    """Each has what came since it began."""
    result = run(
        """
        import boto3
        import pytest
        from pytest_fakeaws import FakeAWS

        @pytest.fixture(scope="module")
        def aws():
            with FakeAWS() as aws:
                yield aws

        @pytest.mark.parametrize("turn", [1, 2])
        def test_it(aws, turn):
            boto3.client("sqs").list_queues()
        """,
        "--fakeaws-usage",
    )

    calls = [line.partition(" calls")[0] for line in table(result)[:3]]
    assert calls == ["2", "1", "1"]


@pytest.mark.slow
def test_workers_are_added_up_too(run_apart):
    """The terminal's process has the sum."""
    result = run_apart(CODE, "-n2", "--fakeaws-usage", plugins=["xdist.plugin"])

    assert table(result)[0] == EXPECTED[0]
