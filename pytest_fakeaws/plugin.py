"""The pytest plugin: fixture, marker, options and the timeline of a failing test.

Only pytest and the standard library are imported here: most runs that load this module never use it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pytest_fakeaws.fake import FakeAWS

_OPTIONS = (
    "region",
    "account_id",
    "accounts",
    "seed",
    "start",
    "host_time",
    "permissions",
    "allow",
    "ignore_advice",
    "schedule",
)
_EXPLORE = "explore"
"""The marker's option alone: under how many schedules a test is run."""
_REVIEWED = ("leftovers", "advice")
"""Options of the marker alone, with ini twins: what a passing test is reviewed for, `off`, `warn` or `error`."""
_MARKER = (
    'fakeaws(*, region="us-east-1", account_id="123456789012", accounts={}, seed=0, '
    'start="2030-01-01T00:00:00Z", host_time="auto", permissions="same-account", allow=(), ignore_advice=(), '
    "schedule=0, explore=0): "
    "options for the fixture `fakeaws`; the nearest marker wins, option by option."
)
_BLOCK = pytest.StashKey[Any]()
_MODULES = pytest.StashKey[Any]()
_RUNNING = pytest.StashKey[str]()
_USED = pytest.StashKey[Any]()
_BILL = pytest.StashKey[Any]()
_WATCHED = pytest.StashKey[bool]()
_CONCERNED = pytest.StashKey[tuple[str, ...]]()
_PAGES = pytest.StashKey[Any]()
_EXPLORATION = pytest.StashKey[Any]()


class _Schedule(int):
    """The number of a schedule, as a parameter of the fixture; other parameters are the user's own."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare options and their ini twins."""
    group = parser.getgroup("fakeaws", "in-process fake AWS")
    group.addoption(
        "--fakeaws-seed",
        type=int,
        metavar="N",
        help="Seed of every fake that does not set its own (default: 0).",
    )
    group.addoption(
        "--fakeaws-timeline",
        choices=("failed", "always", "never"),
        help="When a test's report shows what happened to its messages (default: failed).",
    )
    group.addoption(
        "--fakeaws-report",
        metavar="DIR",
        help="Write a page of HTML for each test that uses a fake, and an index, to this folder.",
    )
    group.addoption(
        "--fakeaws-report-tests",
        choices=("all", "failed"),
        help="Which tests get a page (default: all).",
    )
    group.addoption(
        "--fakeaws-usage",
        action="store_true",
        help="Show after the tests what they asked of AWS, and about what that would cost.",
    )
    group.addoption(
        "--fakeaws-schedule",
        type=int,
        metavar="N",
        help="Run tests that explore schedules under this one only.",
    )
    group.addoption(
        "--fakeaws-explore",
        type=int,
        metavar="COUNT",
        help="Run tests that explore schedules under so many, whatever their markers say.",
    )
    group.addoption(
        "--fakeaws-explore-seconds",
        type=float,
        metavar="SECONDS",
        help="Skip further schedules of a test that has been explored for so many real seconds.",
    )
    parser.addini(
        "fakeaws_explore_seconds",
        "Real seconds for the exploration of one test; 0 is no bound.",
        default="0",
    )
    parser.addini("fakeaws_report", "The folder for pages of HTML, one for each test.", default="")
    parser.addini("fakeaws_report_tests", "all or failed.", default="all")
    parser.addini("fakeaws_seed", "Seed of every fake that does not set its own.", default="0")
    parser.addini("fakeaws_timeline", "failed, always or never.", default="failed")
    parser.addini(
        "fakeaws_leftovers",
        "What a passing test's leftovers are: off (nothing), a warning (warn) or an error.",
        default="off",
    )
    parser.addini(
        "fakeaws_advice",
        "What AWS's advice on a passing test is: off (nothing), a warning (warn) or an error.",
        default="off",
    )
    parser.addini(
        "fakeaws_advice_ignore",
        "Rules of advice that do not count.",
        type="args",
        default=[],
    )
    parser.addini(
        "fakeaws_block",
        "Refuse every AWS call that would leave for the network while no fake is active.",
        type="bool",
        default=False,
    )


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker, and block the network if asked to."""
    config.addinivalue_line("markers", _MARKER)
    if config.getoption("fakeaws_usage"):
        from pytest_fakeaws.reporting.bill import Bill

        bill = config.stash[_BILL] = Bill()
        config.pluginmanager.register(bill, "fakeaws_usage")
    if config.getini("fakeaws_block"):
        from pytest_fakeaws.wire.block import Block

        block = Block(lambda: _active() is None, lambda: config.stash.get(_RUNNING, "This run"))
        config.stash[_BLOCK] = block
        block.start()
    folder = _chosen(config, "fakeaws_report")
    if folder:
        from pytest_fakeaws.reporting.pages import Pages

        pages = config.stash[_PAGES] = Pages(folder, main=not hasattr(config, "workerinput"))
        config.pluginmanager.register(pages, "fakeaws-report")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Let the network be reached again, and our modules be found as any."""
    modules = config.stash.get(_MODULES, None)
    if modules is not None:
        modules.stop()
    block = config.stash.get(_BLOCK, None)
    if block is not None:
        block.stop()


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None, Any, Any]:
    """Let conftest files make clients at import, and find our modules as they were installed."""
    from pytest_fakeaws.compiled import CompiledModules

    modules = early_config.stash[_MODULES] = CompiledModules()
    modules.start()
    with _somebody(early_config):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Generator[None, Any, Any]:
    """Let test modules, and what they test, make clients at import."""
    with _somebody(session.config):
        return (yield)


def _somebody(config: pytest.Config) -> Any:
    from pytest_fakeaws.wire.environment import somebody

    return somebody(always=bool(config.getini("fakeaws_block")))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that explores once for each schedule."""
    if "fakeaws" not in metafunc.fixturenames:
        return
    marker = next(
        (one for one in metafunc.definition.iter_markers("fakeaws") if _EXPLORE in one.kwargs), None
    )
    if marker is not None:
        from pytest_fakeaws.reporting.exploration import numbers

        option = metafunc.config.getoption
        schedules = numbers(
            marker.kwargs[_EXPLORE], option("fakeaws_schedule"), option("fakeaws_explore")
        )
        ids = [f"schedule-{number}" for number in schedules]
        metafunc.parametrize(
            "fakeaws", [_Schedule(number) for number in schedules], ids=ids, indirect=True
        )


def _exploration(item: pytest.Item) -> Any:
    """What watches the exploration that an item is a part of, or `None`."""
    callspec = getattr(item, "callspec", None)
    if callspec is None or not isinstance(callspec.params.get("fakeaws"), _Schedule):
        return None
    config = item.config
    if _EXPLORATION not in config.stash:
        from pytest_fakeaws.reporting.exploration import Exploration

        seed = config.getoption("fakeaws_seed")
        config.stash[_EXPLORATION] = Exploration(
            float(_chosen(config, "fakeaws_explore_seconds")),
            "" if seed is None else f" --fakeaws-seed={seed}",
        )
    return config.stash[_EXPLORATION]


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Note which test runs, and refuse a marker that nothing reads."""
    item.config.stash[_RUNNING] = item.nodeid
    item.config.stash[_CONCERNED] = ()
    exploration = _exploration(item)
    if exploration is not None and (reason := exploration.used_up(item)):
        pytest.skip(reason)
    own = any(marker.name == "fakeaws" for marker in item.own_markers)
    if own and "fakeaws" not in getattr(item, "fixturenames", ("fakeaws",)):
        from pytest_fakeaws.errors import WrongState

        error = WrongState(
            "@pytest.mark.fakeaws has no effect here: the test does not ask for the fixture.",
            f"{item.nodeid} uses: {', '.join(item.fixturenames) or 'no fixtures'}.",  # type: ignore[attr-defined]
            "Add the argument `fakeaws` to the test, or take the marker away.",
        )
        pytest.fail(str(error), pytrace=False)


@pytest.fixture
def fakeaws(request: pytest.FixtureRequest) -> Iterator[FakeAWS]:
    """A small AWS in this process, on a clock that the test turns."""
    from pytest_fakeaws.fake import FakeAWS

    _show_progress(request.config)
    with FakeAWS(**_options(request)) as aws:
        yield aws


def pytest_runtestloop(session: pytest.Session) -> None:
    """See, before output is captured, whether somebody looks; fakes of the tests' own show progress too."""
    session.config.stash[_WATCHED] = _is_watched(session.config)
    if "pytest_fakeaws.fake" in sys.modules:
        _show_progress(session.config)


def _is_watched(config: pytest.Config) -> bool:
    reporter = config.pluginmanager.getplugin("terminalreporter")
    in_worker = hasattr(config, "workerinput")
    return (
        reporter is not None
        and reporter.isatty
        and sys.stderr.isatty()
        and not (os.environ.get("CI") or in_worker)
    )


def _show_progress(config: pytest.Config) -> None:
    from pytest_fakeaws.fake import FakeAWS

    FakeAWS.show_progress = None
    if config.stash.get(_WATCHED, False):
        from pytest_fakeaws.reporting.progress_line import ProgressLine

        FakeAWS.show_progress = ProgressLine(config.pluginmanager.getplugin("capturemanager"))


def _options(request: pytest.FixtureRequest) -> dict[str, Any]:
    """The options of the markers around a test, nearest first, over those of the run."""
    __tracebackhide__ = True
    options: dict[str, Any] = {"seed": _seed(request.config)}
    alone = (*_REVIEWED, _EXPLORE)
    for marker in reversed(list(request.node.iter_markers("fakeaws"))):
        for name in (*marker.kwargs, *map(repr, marker.args)):
            if name not in (*_OPTIONS, *alone):
                _refuse_option(name)
        options.update(marker.kwargs)
    ignored = options.get("ignore_advice", ())
    options["ignore_advice"] = (
        *request.config.getini("fakeaws_advice_ignore"),
        *((ignored,) if isinstance(ignored, str) else ignored),
    )
    if isinstance(getattr(request, "param", None), _Schedule):
        options["schedule"] = request.param
    return {name: value for name, value in options.items() if name not in alone}


def _refuse_option(name: str) -> None:
    __tracebackhide__ = True
    from pytest_fakeaws.errors import UnknownOption, closest

    raise UnknownOption(
        f"@pytest.mark.fakeaws has no option {name}.",
        f"It takes keywords only: {', '.join((*_OPTIONS, *_REVIEWED, _EXPLORE))}.",
        closest(name, (*_OPTIONS, *_REVIEWED, _EXPLORE)),
    )


def _seed(config: pytest.Config) -> int:
    given = config.getoption("fakeaws_seed")
    return int(config.getini("fakeaws_seed") if given is None else given)


def _active() -> FakeAWS | None:
    module = sys.modules.get("pytest_fakeaws.fake")
    return module.active() if module is not None else None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    """Review what a test has left behind when it passes."""
    result = yield
    aws = _active()
    if aws is not None:
        _review(item, aws)
    return result


def _review(item: pytest.Item, aws: FakeAWS) -> None:
    modes = {name: str(item.config.getini(f"fakeaws_{name}")) for name in _REVIEWED}
    for marker in reversed(list(item.iter_markers("fakeaws"))):
        modes.update({name: marker.kwargs[name] for name in _REVIEWED if name in marker.kwargs})
    if set(modes.values()) != {"off"}:
        from pytest_fakeaws.errors import FakeAWSError
        from pytest_fakeaws.reporting.review import review

        try:
            review(aws, modes, item.warn)
        except FakeAWSError as error:
            problem = str(error)
        else:
            return
        pytest.fail(problem, pytrace=False)


@pytest.hookimpl(wrapper=True)
def pytest_assertrepr_compare(
    config: pytest.Config, op: str, left: object, right: object
) -> Generator[None, list[list[str] | None], list[list[str] | None]]:
    """Explain a comparison of messages or invocations, below what pytest says of it in one line."""
    explanations = yield
    if _active() is None:
        return explanations
    from pytest_fakeaws.handles.comparisons import compared

    comparison = compared(op, left, right)
    if comparison is None:
        return explanations
    config.stash[_CONCERNED] = comparison.concerned
    summary, *difference = next(filter(None, explanations), None) or [f"{left!r} {op} {right!r}"]
    return [[summary, "", *comparison.lines, *difference, *comparison.timeline]]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[Any]
) -> Generator[None, Any, pytest.TestReport]:
    """Add the timeline to the report of a failing test, and to its entry in a JUnit file; write its page."""
    report: pytest.TestReport = yield
    exploration = _exploration(item)
    if exploration is not None:
        exploration.note(item, report)
    aws = _active() or item.stash.get(_USED, None)
    if aws is not None:
        # A fixture may fail when the fake has ended; nothing is kept alive after that.
        item.stash[_USED] = aws if report.when != "teardown" else None
        wanted = item.config.getoption("fakeaws_timeline") or item.config.getini("fakeaws_timeline")
        always = wanted == "always" and report.when != "teardown"
        if always or (wanted != "never" and report.failed):
            error = call.excinfo.value if call.excinfo is not None else None
            concerned = getattr(error, "concerned", ()) or item.config.stash.get(_CONCERNED, ())
            _add_story(item, report, aws, concerned)
        every = report.when == "call" and _chosen(item.config, "fakeaws_report_tests") == "all"
        if _PAGES in item.config.stash and (report.failed or every):
            item.config.stash[_PAGES].add(report, aws)
        bill = item.config.stash.get(_BILL, None)
        if bill is not None and report.when == "teardown":
            bill.note(report, aws)
    return report


def _chosen(config: pytest.Config, name: str) -> str:
    """An option's value, or that of its ini twin."""
    return str(config.getoption(name) or config.getini(name))


def _add_story(
    item: pytest.Item, report: pytest.TestReport, aws: FakeAWS, concerned: tuple[str, ...]
) -> None:
    from pytest_fakeaws.reporting.section import add_section

    story = aws.report(concerned)
    add_section(report, story)
    if item.config.getoption("htmlpath", None):
        from pytest_html import extras

        from pytest_fakeaws.reporting.extras import add_picture

        add_picture(report, aws, extras.html)
    if item.config.getoption("xmlpath", None):
        item.user_properties.append(("fakeaws_timeline", str(story)))
        report.user_properties = list(item.user_properties)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter: Any) -> Generator[None, Any, Any]:
    """Show the timelines in colour, where the terminal has any."""
    if "pytest_fakeaws.reporting.section" not in sys.modules and not _from_workers(
        terminalreporter
    ):
        return (yield)
    from pytest_fakeaws.reporting.section import painted

    reports = [report for reports in terminalreporter.stats.values() for report in reports]
    with painted(reports, terminalreporter.config.get_terminal_writer()):
        return (yield)


def _from_workers(terminalreporter: Any) -> bool:
    """Whether others ran the tests, so that nothing of ours may have been imported here."""
    return bool(terminalreporter.config.pluginmanager.hasplugin("dsession"))
