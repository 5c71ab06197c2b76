"""Leftovers: told of in a failure's report, and a warning or an error of a passing test where asked for."""

import pytest

LEAVING = """
    import pytest

    def test_it(fakeaws):
        orders = fakeaws.create_queue("orders")
        orders.send("first")
        orders.send("second", delay="2 min")
    """


@pytest.mark.parametrize("mode", [None, "off"])
def test_leftovers_are_nobodys_business_unless_asked_for(run, pytester, mode):
    """By default a test may leave what it likes."""
    if mode is not None:
        pytester.makeini(f"[pytest]\nfakeaws_leftovers = {mode}")

    run(LEAVING).assert_outcomes(passed=1)


def test_leftovers_can_be_a_warning(run, pytester):
    """The warning stands where the test stands, and lists them."""
    pytester.makeini("[pytest]\nfakeaws_leftovers = warn")

    result = run(LEAVING, "-W", "default")

    result.assert_outcomes(passed=1, warnings=1)
    result.stdout.fnmatch_lines(
        [
            "*warning.py:3: FakeAWSWarning: The test passed, and left something undone: 2 leftovers.",
            "    orders: 1 message waiting where no function is mapped (first)",
            "    orders: 1 message delayed until 00:02:00 (second)",
        ],
        consecutive=True,
    )


def test_leftovers_can_be_an_error(run, pytester):
    """The test fails, with what happened, the evidence, and what to do."""
    pytester.makeini("[pytest]\nfakeaws_leftovers = error")

    result = run(LEAVING)

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "The test passed, and left something undone: 2 leftovers.",
            "",
            "  orders: 1 message waiting where no function is mapped (first)",
            "  orders: 1 message delayed until 00:02:00 (second)",
            "",
            "Let it happen (fakeaws.clock.run_until_idle()), *",
            "*- fakeaws timeline -*",
        ],
        consecutive=True,
    )


def test_a_marker_says_what_leftovers_are_to_a_test(run, pytester):
    """The nearest marker wins over the ini file."""
    pytester.makeini("[pytest]\nfakeaws_leftovers = error")

    result = run(
        """
        import pytest

        @pytest.mark.fakeaws(leftovers="off")
        def test_it(fakeaws):
            fakeaws.create_queue("orders").send("first")
        """
    )

    result.assert_outcomes(passed=1)


def test_an_unknown_mode_is_explained(run):
    """With the modes there are."""
    result = run(
        """
        import pytest

        @pytest.mark.fakeaws(leftovers="warning")
        def test_it(fakeaws): pass
        """
    )

    result.stdout.fnmatch_lines(
        ["fakeaws_leftovers cannot be 'warning'.", "", "  It is one of: off, warn, error."],
        consecutive=True,
    )


def test_a_test_that_fails_has_one_failure_only(run, pytester):
    """Its leftovers stand in the report, and nowhere else."""
    pytester.makeini("[pytest]\nfakeaws_leftovers = error")

    result = run(LEAVING + "    assert False")

    result.assert_outcomes(failed=1)
    result.stdout.no_fnmatch_line("The test passed*")
    result.stdout.fnmatch_lines(
        [
            "left over:",
            "  orders: 1 message waiting where no function is mapped (first)",
            "  orders: 1 message delayed until 00:02:00 (second)",
        ],
        consecutive=True,
    )
