"""What the plugin means for a whole run of pytest: start-up, durations, xdist, clients at import."""

import os

import pytest

pytestmark = pytest.mark.slow


@pytest.fixture
def no_aws(monkeypatch, tmp_path):
    """A machine without any AWS identity."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path))


@pytest.fixture
def no_network(pytester):
    """Lets no connection leave the processes that pytest starts."""
    pytester.makeconftest(
        """
        import socket

        def refuse(*args):
            raise SystemExit(f"about to reach {args}")

        socket.getaddrinfo = refuse
        """
    )


def test_a_run_that_uses_no_fake_imports_next_to_nothing(run_apart, pytester):
    """The plugin loads itself, and neither AWS's libraries nor those that it builds on."""
    pytester.makeconftest(
        """
        import sys

        HEAVY = {"boto3", "botocore", "freezegun", "greenlet", "time_machine"}

        def pytest_sessionfinish():
            ours = sorted(name for name in sys.modules if name.startswith("pytest_fakeaws"))
            heavy = sorted(HEAVY & set(sys.modules)) or ["nothing heavy"]
            print(", ".join([*heavy, ours[0], *(name[len(ours[0]):] for name in ours[1:])]))
        """
    )
    result = run_apart(
        "def test_it(): pass",
        *("-s", "-p", "no:time_machine", "-p", "no:freezer", "-p", "no:xdist"),
        plugins=None,
    )

    result.stdout.fnmatch_lines(
        ["*nothing heavy, pytest_fakeaws, .compiled, .plugin, .wire, .wire.environment"]
    )


def test_our_modules_are_loaded_as_they_were_compiled(run_apart, pytester):
    """By itself pytest would compile them anew, as it does the package of any installed plugin."""
    pytester.makeconftest(
        """
        import pytest

        pytest.register_assert_rewrite("pytest_fakeaws.fake", "pytest_fakeaws.services")
        """
    )
    result = run_apart(
        """
        import sys

        def test_it(fakeaws):
            fakeaws.create_queue("orders")
            for name in ("pytest_fakeaws.fake", "pytest_fakeaws.services.sqs.directory"):
                assert type(sys.modules[name].__loader__).__name__ == "SourceFileLoader"
        """
    )

    result.assert_outcomes(passed=1)


def test_help_lists_options_and_their_ini_twins(run_apart):
    """Who asks pytest for help finds them."""
    result = run_apart("", "--help")

    result.stdout.fnmatch_lines(
        [
            "in-process fake AWS:",
            "  --fakeaws-seed=*",
            "  --fakeaws-timeline=*",
            "  --fakeaws-usage *",
            "  fakeaws_seed (string):*",
            "  fakeaws_timeline (string):*",
            "  fakeaws_leftovers (string):*",
            "  fakeaws_block (bool):*",
        ]
    )


def test_clients_at_import_need_no_identity(run_apart, no_aws, no_network):
    """A module that makes clients at its top imports, and its clients work under a fake."""
    result = run_apart(
        """
        import os

        import boto3

        sqs = boto3.client("sqs")

        def test_the_client_works(fakeaws):
            assert "QueueUrls" not in sqs.list_queues()

        def test_the_environment_is_the_machines_own():
            assert not [name for name in os.environ if name.startswith("AWS_")]
        """
    )

    result.assert_outcomes(passed=2)


def test_clients_in_a_conftest_need_no_identity_either(run_apart, no_aws, pytester):
    """Such files are imported before anything is collected."""
    pytester.makeconftest('import boto3\n\nsqs = boto3.client("sqs")')
    result = run_apart("def test_it(fakeaws): pass")

    result.assert_outcomes(passed=1)


def test_an_identity_that_the_machine_has_is_left_alone_at_import(run_apart, no_aws, monkeypatch):
    """Whoever has set a region gets it."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-north-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIA")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    result = run_apart(
        """
        import boto3

        sqs = boto3.client("sqs")

        def test_it():
            assert sqs.meta.region_name == "eu-north-1"
        """
    )

    result.assert_outcomes(passed=1)


def test_boto3_may_be_imported_after_the_fake_began(run_apart):
    """Application code that imports it late reaches the fake all the same."""
    result = run_apart(
        """
        import sys

        def test_it(fakeaws):
            fakeaws.create_queue("orders")
            assert "boto3" not in sys.modules

            import boto3

            assert len(boto3.client("sqs").list_queues()["QueueUrls"]) == 1
        """
    )

    result.assert_outcomes(passed=1)


def test_the_block_waits_for_botocore_to_be_imported(run_apart, no_network, pytester):
    """It imports nothing itself, and is in place before the first call."""
    pytester.makeini("[pytest]\nfakeaws_block = true")
    result = run_apart(
        """
        import sys

        import pytest

        def test_it():
            assert "botocore" not in sys.modules

            import boto3

            with pytest.raises(Exception, match="let it ask for the fixture"):
                boto3.client("sqs").list_queues()
        """
    )

    result.assert_outcomes(passed=1)


@pytest.mark.parametrize("host_time", ["freezegun", "time-machine"])
def test_durations_are_real(run_apart, host_time):
    """A test that sleeps for a virtual year is reported with what it really took."""
    result = run_apart(
        f"""
        import time

        import pytest

        @pytest.mark.fakeaws(host_time="{host_time}")
        def test_it(fakeaws):
            time.sleep(365 * 86_400)
        """,
        "--durations=0",
        "-vv",
    )

    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["0.*s call * test_*::test_it"])
    result.stdout.re_match_lines([r"=+ 1 passed in \d\.\d+s =+"])


def test_tests_run_in_parallel(run_apart):
    """Each worker of xdist has a fake of its own."""
    result = run_apart(
        """
        import boto3
        import pytest

        @pytest.mark.parametrize("turn", range(4))
        def test_it(fakeaws, turn):
            fakeaws.clock.advance("1 day")
            fakeaws.create_queue("orders")
            assert len(boto3.client("sqs").list_queues()["QueueUrls"]) == 1
        """,
        "-n2",
        plugins=["xdist.plugin"],
    )

    result.assert_outcomes(passed=4)


def test_timelines_travel_from_the_workers(run_apart):
    """A failure in a worker of xdist shows the story of its messages, in the terminal's colours."""
    result = run_apart(
        """
        def test_it(fakeaws):
            fakeaws.create_queue("orders").send("first")
            assert False
        """,
        "-n1",
        "--color=yes",
        plugins=["xdist.plugin"],
    )

    heading = "\x1b[[]2mvirtual time since 2030-01-01 00:00:00 UTC, seed 0\x1b[[]0m"
    result.stdout.fnmatch_lines(
        ["*- fakeaws timeline -*", heading, "", "00:00:00  orders * #1 sent: first"],
        consecutive=True,
    )
