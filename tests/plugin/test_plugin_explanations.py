"""A plain `assert` on a view explains itself when it fails."""

START = """
    import time
    import boto3
    import pytest

    @pytest.fixture
    def orders(fakeaws):
        def handler(event, context):
            time.sleep(0.2)
            raise KeyError("total")

        orders = fakeaws.create_queue("orders", dead_letter_queue=True)
        orders.trigger(fakeaws.create_function("invoice", handler))
        return orders

    """

DEAD = (
    "E     #1 seven was sent to orders at 00:00:00, received 3 times, each time invoice raised "
    "KeyError: 'total' after 0.2 s, and moved to orders-dlq at 00:01:30 by the receive that would have "
    "been the fourth. It waits in orders-dlq."
)


def test_dead_letters_that_should_not_be_there_are_explained(run):
    """How many there are, and what became of each, before pytest's own difference."""
    result = run(
        START
        + """
    def test_it(fakeaws, orders):
        orders.send("seven")
        fakeaws.clock.advance("5 min")
        assert orders.dead_letters.bodies == []
    """
    )

    result.stdout.fnmatch_lines(
        [
            "E       AssertionError: assert ['seven'] == []",
            "E         ",
            "E         1 message in orders-dlq.",
            DEAD.replace("E  ", "E      "),
            "E         ",
            "E         Left contains one more item: 'seven'",
        ],
        consecutive=True,
    )


def test_a_message_that_is_missing_is_explained_where_it_is(run):
    """What was expected here is told of wherever it went, and what was never sent is said to be."""
    result = run(
        START
        + """
    def test_it(fakeaws, orders):
        orders.send("seven")
        fakeaws.clock.advance("5 min")
        assert orders.messages.bodies == ["seven", "eight"]
    """
    )

    result.stdout.fnmatch_lines(
        [
            "E         0 messages waiting in orders.",
            DEAD.replace("E  ", "E      "),
            "E         'eight' was never sent.",
        ],
        consecutive=True,
    )


def test_messages_themselves_are_explained(run):
    """A view equals a list of messages, and an empty one an empty list."""
    result = run(
        START
        + """
    def test_it(fakeaws):
        letters = fakeaws.create_queue("letters")
        assert letters.messages == []
        letters.send("a", delay=60)
        assert letters.delayed == []
    """
    )

    result.stdout.fnmatch_lines(
        [
            "E         1 message delayed in letters.",
            "E         #1 a was sent to letters at 00:00:00 to appear at 00:01:00. It is delayed until *",
        ],
        consecutive=True,
    )


def test_a_body_that_should_be_in_a_view_is_explained(run):
    """`in` looks for one message."""
    result = run(
        START
        + """
    def test_it(fakeaws, orders):
        orders.send("seven")
        assert "seven" in orders.in_flight.bodies
    """
    )

    result.stdout.fnmatch_lines(
        [
            "E         0 messages in flight from orders.",
            "E         #1 seven was sent to orders at 00:00:00. It waits in orders.",
        ],
        consecutive=True,
    )


def test_invocations_are_explained(run):
    """Each by what it got and what came of it."""
    result = run(
        START
        + """
    def test_it(fakeaws, orders):
        orders.send("seven")
        fakeaws.clock.advance(1)
        assert fakeaws.function("invoice").invocations == []
    """
    )

    result.stdout.fnmatch_lines(
        [
            "E         1 invocation of invoice.",
            "E         invoice's invocation with #1 started at 00:00:00: invoice raised KeyError: *",
        ],
        consecutive=True,
    )


CROWD = (
    START
    + """
    def test_it(fakeaws):
        letters = fakeaws.create_queue("letters")
        for number in range(200):
            letters.send(f"letter {number}")
        assert "letter 100" not in letters.messages.bodies
    """
)


def test_the_messages_concerned_have_a_timeline_of_their_own(run, monkeypatch):
    """Among many others their lines would be hard to find."""
    monkeypatch.setenv("CI", "true")

    result = run(CROWD)

    result.stdout.fnmatch_lines(
        [
            "E         #101 letter 100 was sent to letters at 00:00:00. It waits in letters.",
            "E         ",
            "E         00:00:00  letters          #101 sent: letter 100",
        ],
        consecutive=True,
    )


def test_the_section_below_folds_around_the_messages_concerned(run):
    """They find room before the newest."""
    result = run(CROWD)

    result.stdout.fnmatch_lines(
        [
            "          ... 80 more lines ...",
            "00:00:00  letters          #101 sent: letter 100",
            "          ... 40 more lines ...",
        ],
        consecutive=True,
    )


def test_comparisons_of_other_things_are_left_to_pytest(run):
    """Nothing is added."""
    result = run("def test_it(fakeaws): assert [1] == [2]")

    result.stdout.fnmatch_lines(
        ["E   assert [[]1] == [[]2]", "E     ", "E     At index 0 diff: 1 != 2"],
        consecutive=True,
    )


def test_an_expectation_that_fails_shows_the_line_in_the_test(run):
    """And none of ours."""
    result = run(
        START
        + """
    def test_it(fakeaws, orders):
        orders.send("seven")
        fakeaws.clock.advance("5 min")
        fakeaws.expect.exactly_once(orders)
    """
    )

    result.stdout.fnmatch_lines(
        [
            ">       fakeaws.expect.exactly_once(orders)",
            "E       pytest_fakeaws.errors.ExpectationFailed: Not every message of orders was handled *",
            "E       ",
            "E         #1 seven was sent to orders at 00:00:00, received 3 times, *",
            "E         ",
            "E         00:00:00  orders           #1 sent: seven",
        ],
        consecutive=True,
    )
    result.stdout.no_fnmatch_line("*assertions.py*")
