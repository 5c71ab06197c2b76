"""Advice: shown in a failure's report, and warnings or an error of a passing test where asked for."""

import pytest

BRIEF = """
    import pytest

    def test_it(fakeaws):
        orders = fakeaws.create_queue("orders", dead_letter_queue=True)
        orders.trigger(fakeaws.create_function("invoice", lambda *_: None, timeout=10))
    """
VISIBILITY = (
    "orders hides messages for 30 s, and invoice may take 10 s: AWS recommends 60 s or more "
    "*short-visibility*"
)
RECEIVES = (
    "orders gives messages up after 3 receives, and throttles count: AWS recommends 5 or more "
    "*few-receives*"
)
PAGE = "https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html"


@pytest.mark.parametrize("mode", [None, "off"])
def test_advice_is_not_given_unasked_where_a_test_passes(run, pytester, mode):
    """By default a test may set what it likes."""
    if mode is not None:
        pytester.makeini(f"[pytest]\nfakeaws_advice = {mode}")

    run(BRIEF).assert_outcomes(passed=1)


def test_advice_stands_in_the_report_of_a_failing_test(run):
    """Below the timeline, whatever the ini file says."""
    result = run(
        """
        def test_it(fakeaws):
            orders = fakeaws.create_queue("orders", dead_letter_queue=True)
            orders.trigger(fakeaws.create_function("invoice", lambda *_: None, timeout=10))
            assert False
        """
    )

    result.stdout.fnmatch_lines(
        ["*- fakeaws timeline -*", "advice:", f"  {VISIBILITY}", f"  {RECEIVES}"]
    )


def test_a_report_shows_a_handful_of_advice(run):
    """Five pieces, and how many more there are."""
    result = run(
        """
        def test_it(fakeaws):
            for number in range(7):
                fakeaws.create_queue(f"q{number}", dead_letter_queue=True, max_receive_count=1)
            assert False
        """
    )

    result.stdout.fnmatch_lines(
        [
            "advice:",
            *(f"  q{number} gives *" for number in range(5)),
            "  ... and 2 more in *advice",
        ],
        consecutive=True,
    )


def test_advice_can_be_warnings(run, pytester):
    """One for each piece, with AWS's page."""
    pytester.makeini("[pytest]\nfakeaws_advice = warn")

    result = run(BRIEF, "-W", "default")

    result.assert_outcomes(passed=1, warnings=2)
    result.stdout.fnmatch_lines([f"*FakeAWSWarning: {VISIBILITY}", f"*{PAGE}"], consecutive=True)
    result.stdout.fnmatch_lines([f"*FakeAWSWarning: {RECEIVES}", f"*{PAGE}"], consecutive=True)


def test_advice_can_be_an_error(run, pytester):
    """The test fails, with what happened, the evidence, and what to do."""
    pytester.makeini("[pytest]\nfakeaws_advice = error")

    result = run(BRIEF)

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "The test passed, and AWS recommends otherwise: 2 recommendations.",
            "",
            f"  {VISIBILITY}",
            f"    {PAGE}",
            f"  {RECEIVES}",
            f"    {PAGE}",
            "",
            "Follow it, or say that it is meant: fakeaws_advice_ignore *",
        ],
        consecutive=True,
    )


def test_rules_are_silenced_by_the_ini_file_and_by_markers(run, pytester):
    """The marker's besides those of the ini file."""
    pytester.makeini(
        "[pytest]\nfakeaws_advice = error\nfakeaws_advice_ignore = few-receives short-polls"
    )

    result = run(
        """
        import pytest

        def shop(fakeaws):
            orders = fakeaws.create_queue("orders", dead_letter_queue=True)
            orders.trigger(fakeaws.create_function("invoice", lambda *_: None, timeout=10))

        def test_one(fakeaws):
            shop(fakeaws)
            assert [advice.rule for advice in fakeaws.advice] == ["short-visibility"]

        @pytest.mark.fakeaws(ignore_advice="short-visibility")
        def test_other(fakeaws):
            shop(fakeaws)
            assert fakeaws.advice == []
        """
    )

    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(
        ["The test passed, and AWS recommends otherwise: 1 recommendation."]
    )


def test_a_marker_says_what_advice_is_to_a_test(run, pytester):
    """The nearest marker wins over the ini file."""
    pytester.makeini("[pytest]\nfakeaws_advice = error")

    run(
        BRIEF.replace("def test", '@pytest.mark.fakeaws(advice="off")\n    def test')
    ).assert_outcomes(passed=1)


def test_an_unknown_rule_in_the_ini_file_is_explained(run, pytester):
    """With the likely one."""
    pytester.makeini("[pytest]\nfakeaws_advice_ignore = few-receive")

    result = run("def test_it(fakeaws): pass")

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(['*Did you mean "few-receives"?*'])
