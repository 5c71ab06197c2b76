"""The fixture, and the options that markers, the command line and the ini file give it."""

import pytest


def test_the_fixture_is_a_fake_that_is_active(run):
    """A test that asks for it has an AWS of its own; the next test has another."""
    result = run(
        """
        import boto3
        import pytest
        from pytest_fakeaws import FakeAWS

        @pytest.mark.parametrize("turn", [1, 2])
        def test_it(fakeaws, turn):
            assert isinstance(fakeaws, FakeAWS)
            assert "QueueUrls" not in boto3.client("sqs").list_queues()
            fakeaws.create_queue("orders")
        """
    )

    result.assert_outcomes(passed=2)


def test_the_nearest_marker_wins_option_by_option(run):
    """Module, class and function each add options; where two set the same one, the nearer counts."""
    result = run(
        """
        import pytest

        pytestmark = pytest.mark.fakeaws(region="eu-west-1", seed=1, start="2031-01-01")

        @pytest.mark.fakeaws(seed=2, start="2032-01-01")
        class TestOrders:
            @pytest.mark.fakeaws(start="2033-01-01")
            def test_it(self, fakeaws):
                assert "eu-west-1" in fakeaws.create_queue("orders").arn
                assert repr(fakeaws) == "<FakeAWS at 2033-01-01T00:00:00+00:00, seed 2>"

        def test_outside(fakeaws):
            assert repr(fakeaws) == "<FakeAWS at 2031-01-01T00:00:00+00:00, seed 1>"
        """
    )

    result.assert_outcomes(passed=2)


def test_the_marker_is_registered(run):
    """`--strict-markers` knows it, and `--markers` explains it."""
    result = run("", "--markers")

    result.stdout.fnmatch_lines(["@pytest.mark.fakeaws(*, region=*options for the fixture*"])


@pytest.mark.parametrize(
    ("marker", "what", "advice"),
    [
        ("fakeaws(sed=3)", "@pytest.mark.fakeaws has no option sed.", 'Did you mean "seed"[?]'),
        ("fakeaws(7)", "@pytest.mark.fakeaws has no option 7.", "There are: account_id, *"),
    ],
)
def test_an_option_that_does_not_exist_is_refused(run, marker, what, advice):
    """The error lists the options, and guesses which one was meant."""
    result = run(f"import pytest\n@pytest.mark.{marker}\ndef test_it(fakeaws): pass")

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        [f"E * {what}", "E *It takes keywords only: region, account_id, *", f"E * {advice}"]
    )


def test_a_marker_that_nothing_reads_is_refused(run):
    """A test that only believes it has a fake would call the network."""
    result = run(
        """
        import pytest

        @pytest.mark.fakeaws(seed=3)
        def test_it(tmp_path): pass
        """
    )

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        [
            "@pytest.mark.fakeaws has no effect here: the test does not ask for the fixture.",
            "",
            "  *::test_it uses: *tmp_path*.",
            "",
            "Add the argument `fakeaws` to the test, or take the marker away.",
        ],
        consecutive=True,
    )


def test_a_marker_of_a_module_bothers_no_test_without_the_fixture(run):
    """Options for many tests are no claim about each of them."""
    result = run(
        """
        import pytest

        pytestmark = pytest.mark.fakeaws(seed=3)

        def test_it(): pass
        """
    )

    result.assert_outcomes(passed=1)


SEED = """
    import pytest

    def test_it(fakeaws):
        assert repr(fakeaws).endswith("seed 7>")

    @pytest.mark.fakeaws(seed=1)
    def test_marked(fakeaws):
        assert repr(fakeaws).endswith("seed 1>")
    """


def test_the_seed_of_the_command_line_is_that_of_unmarked_tests(run):
    """A test with a seed of its own keeps it."""
    run(SEED, "--fakeaws-seed=7").assert_outcomes(passed=2)


def test_the_seed_of_the_ini_file_is_its_twin(run, pytester):
    """`fakeaws_seed` is for seeds that are kept."""
    pytester.makeini("[pytest]\nfakeaws_seed = 7")

    run(SEED).assert_outcomes(passed=2)


def test_the_seed_of_the_command_line_beats_the_ini_file(run, pytester):
    """The command line is nearer."""
    pytester.makeini("[pytest]\nfakeaws_seed = 3")

    run(SEED, "--fakeaws-seed=7").assert_outcomes(passed=2)


def test_one_seed_gives_the_same_ids(run):
    """Seed 0 is as good as any, and the same on every run."""
    result = run(
        """
        import pytest

        ids = []

        @pytest.mark.parametrize("turn", [1, 2])
        def test_it(fakeaws, turn):
            ids.append(fakeaws.create_queue("orders").send("first"))

        def test_ids():
            assert ids[0] == ids[1]
        """
    )

    result.assert_outcomes(passed=3)
