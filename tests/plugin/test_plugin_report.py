"""`--fakeaws-report`: a page for each test, and an index of them."""

import pytest

CODE = """
    import pytest

    def test_good(fakeaws):
        fakeaws.create_queue("orders").send("a")

    def test_bad(fakeaws):
        orders = fakeaws.create_queue("orders", dead_letter_queue=True, max_receive_count=1)
        orders.trigger(fakeaws.create_function("invoice", lambda event, context: 1 / 0))
        orders.send("b")
        fakeaws.clock.advance(60)
        assert False

    def test_without():
        pass

    @pytest.fixture
    def falling_down(fakeaws):
        yield
        raise RuntimeError("teardown")

    def test_ugly(fakeaws, falling_down):
        fakeaws.create_queue("orders").send("c")
    """


def pages(pytester):
    return sorted(path.name for path in (pytester.path / "report").glob("test*.html"))


@pytest.mark.slow
@pytest.mark.parametrize("workers", [0, 1], ids=["one process", "xdist"])
def test_each_test_with_a_fake_has_a_page_and_a_row(run, run_apart, pytester, workers):
    """Also where workers of xdist ran them; failed ones come first."""
    options = ["--fakeaws-report=report", "-p", "no:cacheprovider"]
    result = (
        run_apart(CODE, *options, "-n1", plugins=["xdist.plugin"])
        if workers
        else run(CODE, *options)
    )

    result.assert_outcomes(passed=3, failed=1, errors=1)
    result.stdout.fnmatch_lines(["fakeaws report: report[/\\\\]index.html (3 pages)"])
    assert [name.split("-")[-2] for name in pages(pytester)] == [
        "test_bad",
        "test_good",
        "test_ugly",
    ]
    index = (pytester.path / "report" / "index.html").read_text()
    assert "3 tests, 2 failed" in index
    assert index.index("test_ugly") < index.index("test_good")
    assert all(f'href="{name}"' in index for name in pages(pytester))


def test_only_failed_tests_have_pages_where_that_is_asked_for(run, pytester):
    """The command line wins over the ini file."""
    pytester.makeini("[pytest]\nfakeaws_report = report\nfakeaws_report_tests = all")

    run(CODE, "--fakeaws-report-tests=failed")

    assert [name.split("-")[-2] for name in pages(pytester)] == ["test_bad", "test_ugly"]


def test_without_the_option_nothing_is_written(run, pytester):
    """And nothing is said."""
    result = run(CODE)

    assert not (pytester.path / "report").exists()
    result.stdout.no_fnmatch_line("fakeaws report*")


def test_long_names_of_tests_make_names_of_files(run, pytester):
    """Whatever is in their ids."""
    run(
        """
        import pytest

        @pytest.mark.parametrize("text", ["a/b", "a?b", "x" * 300])
        def test_it(fakeaws, text):
            pass
        """,
        "--fakeaws-report=report",
    )

    assert len(pages(pytester) or list((pytester.path / "report").iterdir())) in (3, 4)
    assert all(len(path.name) < 120 for path in (pytester.path / "report").iterdir())


@pytest.mark.slow
def test_pytest_html_shows_story_and_picture(run_apart, pytester):
    """The story as text, the picture as an image that keeps its style to itself."""
    code = CODE.partition("@pytest.fixture")[0]
    plugins = ["pytest_metadata.plugin", "pytest_html.plugin"]
    run_apart(code, "--html=report.html", "--self-contained-html", plugins=plugins)

    report = (pytester.path / "report.html").read_text()
    assert report.count("dead-lettered to orders-dlq") == 1
    assert report.count("What happened") == 1  # in the test that failed
