"""Code that comes in a deployment package: how it is imported, kept warm, and taken away."""

import json
import logging
import os
import sys
import time
from pathlib import Path

import pytest

from pytest_fakeaws import FakeAWS
from pytest_fakeaws.errors import NotSimulated

COUNTING = (
    "count = 0\ndef handler(event, context):\n    global count\n    count += 1\n    return count\n"
)
WAITING = f"import time\n{COUNTING.replace('    return', '    time.sleep(event)' + chr(10) + '    return')}"


@pytest.fixture
def invoke(client):
    """Invokes a function and returns what it answers."""

    def invoke(name="f", event=None):
        answer = client.invoke(FunctionName=name, Payload=json.dumps(event))
        return json.load(answer["Payload"])

    return invoke


def test_two_functions_may_have_modules_of_the_same_name(create, invoke, zipped):
    """Each imports its own, helpers included."""
    source = "import helper\ndef handler(event, context):\n    return helper.COLOUR\n"
    for name in ("blue", "red"):
        create(name=name, Code={"ZipFile": zipped(source, helper=f"COLOUR = '{name}'")})

    assert [invoke(name) for name in ("blue", "red", "blue")] == ["blue", "red", "blue"]


def test_a_package_of_python_packages_is_imported(create, invoke, zipped):
    """With relative imports, and the handler in a module of a package."""
    package = zipped(
        shop__invoice="from .prices import PRICE\ndef handler(event, context):\n    return PRICE\n",
        shop__prices="PRICE = 3",
    )
    create(Code={"ZipFile": package}, Handler="shop.invoice.handler")
    create(name="slashed", Code={"ZipFile": package}, Handler="shop/invoice.handler")

    assert (invoke(), invoke("slashed")) == (3, 3)


def test_an_import_in_the_middle_of_a_handler_finds_the_functions_own(create, invoke, zipped):
    """Also after the handler has waited, while another function's modules were there."""
    source = (
        "import time\n"
        "def handler(event, context):\n"
        "    time.sleep(1)\n"
        "    import helper\n"
        "    return helper.COLOUR\n"
    )
    for name in ("blue", "red"):
        create(name=name, Code={"ZipFile": zipped(source, helper=f"COLOUR = '{name}'")})

    assert (invoke("red"), invoke("blue")) == ("red", "blue")


def test_nothing_is_left_behind_in_the_test(create, invoke):
    """Neither modules nor entries of the path, nor finders."""
    create(COUNTING)
    before = sys.path[:], sys.meta_path[:], set(sys.modules)

    invoke()

    assert (sys.path, sys.meta_path, set(sys.modules)) == before


def test_a_module_of_the_test_with_the_same_name_stays_the_tests(create, invoke, module):
    """The function sees its own, the test its own."""
    module("handler", "COLOUR = 'test'")
    import handler

    create("COLOUR = 'function'\ndef handler(event, context):\n    return COLOUR\n")

    assert invoke() == "function"
    assert sys.modules["handler"] is handler


VENDOR = {
    "at the front": "sys.path.insert(0, os.path.join(os.path.dirname(__file__), 'vendor'))",
    "at the end": "sys.path.append('vendor')",
}


@pytest.mark.parametrize("added", VENDOR.values(), ids=VENDOR)
def test_a_folder_that_the_code_searches_is_its_own(create, invoke, zipped, added):
    """As many a package brings what it needs in one."""
    path = [*sys.path]
    source = f"import os, sys\n{added}\nimport brought\nhandler = lambda *_: brought.NAME\n"
    for name in ("first", "second"):
        package = zipped(source, vendor__brought=f"NAME = '{name}'")
        create(name=name, Code={"ZipFile": package})

    assert [invoke(name) for name in ("first", "second", "first")] == ["first", "second", "first"]
    assert "brought" not in sys.modules
    assert sys.path == path


def test_code_runs_on_when_the_folder_that_it_went_to_is_gone(create, invoke, zipped, tmp_path):
    """As a temporary folder is by the next invocation; the test's process is as it was."""
    source = (
        "import os\n"
        "def handler(event, context):\n"
        "    if event: os.chdir(event)\n"
        "    return os.environ['AWS_LAMBDA_FUNCTION_NAME']\n"
    )
    before, streams = (Path.cwd(), dict(os.environ)), (sys.stdout, sys.stderr)
    folder = tmp_path / "gone"
    folder.mkdir()
    create(name="f", Code={"ZipFile": zipped(source)})
    invoke(event=str(folder))
    folder.rmdir()

    assert invoke(event="") == "f"
    assert ((Path.cwd(), dict(os.environ)), (sys.stdout, sys.stderr)) == (before, streams)


def test_code_finds_its_files_where_it_runs(create, invoke, zipped):
    """The working directory is the folder of the package, as `/var/task` is."""
    source = (
        "import os\n"
        "def handler(event, context):\n"
        "    assert os.getcwd() == os.environ['LAMBDA_TASK_ROOT']\n"
        "    with open('helper.py') as file: return file.read()\n"
    )
    before = Path.cwd()
    create(Code={"ZipFile": zipped(source, helper="text = 7")})

    assert invoke() == "text = 7"
    assert Path.cwd() == before


def test_variables_that_code_sets_are_its_environments(create, invoke):
    """They are there at the next invocation, and not in the test."""
    create(
        "import os\n"
        "os.environ['COUNT'] = '0'\n"
        "os.environ.pop('HOME', None)\n"
        "def handler(event, context):\n"
        "    os.environ['COUNT'] = str(int(os.environ['COUNT']) + 1)\n"
        "    return os.environ['COUNT'], os.environ['STAGE'], 'HOME' in os.environ\n",
        Environment={"Variables": {"STAGE": "test"}},
    )
    before = dict(os.environ)

    assert [invoke(), invoke()] == [["1", "test", False], ["2", "test", False]]
    assert dict(os.environ) == before


def test_variables_of_environments_that_overlap_are_each_ones_own(fakeaws, create):
    """Also while one waits and the other runs."""
    create(
        "import os, time\n"
        "def handler(event, context):\n"
        "    os.environ['NAME'] = event\n"
        "    time.sleep(1)\n"
        "    return os.environ['NAME']\n"
    )
    function = fakeaws.function("f")
    for name in ("first", "second"):
        function.invoke_async(name)
    fakeaws.clock.run_until_idle()

    assert [run.result for run in function.invocations] == ["first", "second"]


LOGGING = """
import logging
logging.getLogger().setLevel(logging.INFO)
logger = logging.getLogger("of the package")
handler_ = logging.StreamHandler()
handler_.setFormatter(logging.Formatter("ours: %(message)s"))
logger.addHandler(handler_)

def handler(event, context):
    logger.info("here")
"""


def test_logging_that_code_sets_up_is_its_environments(fakeaws, create, client, zipped):
    """Another environment begins anew, and writes each record once as well; nothing is left in the test."""

    def of_the_test():
        root = logging.getLogger()
        return root.level, [*root.handlers], "of the package" in root.manager.loggerDict

    before = of_the_test()
    create(LOGGING)
    function = fakeaws.function("f")

    logs = [function.invoke().logs, function.invoke().logs]
    client.update_function_code(FunctionName="f", ZipFile=zipped(LOGGING + "\n"))
    logs.append(function.invoke().logs)

    assert logs == ["ours: here\n"] * 3
    assert of_the_test() == before


REPLACED = {
    "basicConfig": "logging.basicConfig(force=True, level='INFO', format='ours: %(message)s')",
    "dictConfig": """logging.config.dictConfig({
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"ours": {"format": "ours: %(message)s"}},
    "handlers": {"out": {"class": "logging.StreamHandler", "formatter": "ours"}},
    "root": {"level": "INFO", "handlers": ["out"]},
})""",
}


@pytest.mark.parametrize("setting_up", REPLACED.values(), ids=REPLACED)
def test_code_may_replace_the_runtimes_logging(fakeaws, create, caplog, setting_up):
    """For its own environment: the test goes on to capture what it logs itself."""
    create(
        f"import logging.config\n{setting_up}\ndef handler(*_): logging.info('here')\n",
    )
    function = fakeaws.function("f")

    assert [function.invoke().logs, function.invoke().logs] == ["ours: here\n"] * 2
    logging.getLogger().warning("by the test")
    assert caplog.messages == ["by the test"]


def test_a_boto3_in_the_package_is_not_used(create, invoke, zipped):
    """It would know nothing of the fake."""
    source = "import boto3\ndef handler(event, context):\n    return boto3.__file__\n"
    create(Code={"ZipFile": zipped(source, boto3____init__="")})

    assert "site-packages" in invoke()


def test_what_a_module_holds_lives_on_between_invocations(create, invoke):
    """The environment stays warm."""
    create(COUNTING)

    assert [invoke() for _ in range(3)] == [1, 2, 3]


@pytest.mark.parametrize(
    ("operation", "change"),
    [
        ("update_function_configuration", lambda zipped: {"Timeout": 9}),
        ("update_function_code", lambda zipped: {"ZipFile": zipped(COUNTING)}),
    ],
)
def test_new_code_or_settings_start_cold(create, invoke, client, zipped, operation, change):
    """What the modules held is gone."""
    create(COUNTING)
    invoke()

    getattr(client, operation)(FunctionName="f", **change(zipped))

    assert invoke() == 1


def test_an_environment_in_use_does_not_survive_an_update(fakeaws, create, invoke, client):
    """What still runs the old code is not kept for the new."""
    create(WAITING, Timeout=10)
    running = fakeaws.spawn(invoke, "f", 5)
    fakeaws.clock.advance(1)
    client.update_function_configuration(FunctionName="f", Timeout=9)
    running.join()

    assert (running.result(), invoke(event=0)) == (1, 1)


def test_invocations_at_the_same_time_have_environments_of_their_own(fakeaws, create, client):
    """Each counts for itself; the next one finds both warm."""
    create(WAITING, Timeout=10)
    answers = []

    def call():
        answers.append(client.invoke(FunctionName="f", Payload=b"5")["Payload"].read())

    for process in [fakeaws.spawn(call), fakeaws.spawn(call)]:
        process.join()

    assert answers == [b"1", b"1"]
    assert client.invoke(FunctionName="f", Payload=b"0")["Payload"].read() == b"2"


def test_an_environment_does_not_survive_a_timeout(create, invoke):
    """AWS kills it, and starts a new one."""
    create(WAITING, Timeout=2)
    assert invoke(event=0) == 1
    assert invoke(event=3)["errorType"] == "Sandbox.Timedout"

    assert invoke(event=0) == 1


def test_a_handler_of_a_package_waits_in_virtual_time(fakeaws, create, invoke):
    """Like any other handler."""
    create(WAITING, Timeout=900)
    before = time.time()

    assert invoke(event=600) == 1
    assert time.time() - before == 600


def test_the_environment_is_there_while_the_module_is_imported(create, invoke):
    """As configuration is mostly read at the top of a module."""
    create(
        "import os\nCOLOUR = os.environ['COLOUR']\nROOT = os.environ['LAMBDA_TASK_ROOT']\n"
        "def handler(event, context):\n    return [COLOUR, os.path.exists(ROOT + '/handler.py')]\n",
        Environment={"Variables": {"COLOUR": "blue"}},
    )

    assert invoke() == ["blue", True]


DECORATED = """
import functools

def doubled(handler):
    @functools.wraps(handler)
    def wrapped(event, context):
        return 2 * handler(event, context)
    return wrapped

@doubled
def handler(event, context):
    return event
"""
INSTANCE = """
class Handler:
    def __call__(self, event, context):
        return 2 * event

handler = Handler()
"""


@pytest.mark.parametrize("source", [DECORATED, INSTANCE, "handler = lambda event, _: 2 * event"])
def test_any_callable_of_a_module_is_a_handler(create, invoke, source):
    """A decorated function, an instance of a class, an expression."""
    create(source)

    assert invoke(event=4) == 8


@pytest.mark.parametrize(
    ("source", "kind", "message"),
    [
        (
            "import no_such_module",
            "Runtime.ImportModuleError",
            "Unable to import module 'handler': No module named 'no_such_module'",
        ),
        ("x = 1", "Runtime.HandlerNotFound", "Handler 'handler' missing on module 'handler'"),
        (
            "def handler(:\n",
            "Runtime.UserCodeSyntaxError",
            "Syntax error in module 'handler': invalid syntax (handler.py, line 1)",
        ),
    ],
)
def test_code_that_does_not_load_is_answered_in_the_runtimes_words(
    create, client, source, kind, message
):
    """There is no request id yet."""
    create(source)

    answer = client.invoke(FunctionName="f")

    document = json.load(answer["Payload"])
    stack = document.pop("stackTrace")
    assert answer["FunctionError"] == "Unhandled"
    assert document == {"errorMessage": message, "errorType": kind, "requestId": ""}
    assert all(line.startswith('  File "/var/task/handler.py" Line 1\n') for line in stack)


def test_a_module_that_is_not_there_is_named(create, invoke):
    """The Handler setting leads nowhere."""
    create(Handler="other.handler")

    assert invoke()["errorMessage"] == ("Unable to import module 'other': No module named 'other'")


def test_a_handler_without_a_module_is_malformed(create, invoke):
    """The setting needs a dot."""
    create(Handler="handler")

    assert invoke()["errorType"] == "Runtime.MalformedHandlerName"


RECORDED = "lambda_/test_lambda.py::TestLambdaErrors::"


def test_an_error_while_a_module_runs_is_answered_as_recorded(create, client, recorded):
    """The stack leads through Python's import, whose frames differ from version to version."""
    answers = recorded("lambda", f"{RECORDED}test_lambda_runtime_error")
    create('raise Exception("Runtime startup fails")\n')

    answer = client.invoke(FunctionName="f")
    answer["Payload"] = json.load(answer["Payload"])

    expected = answers["invocation_error"]
    (*_, ours), (*_, theirs) = (each["Payload"].pop("stackTrace") for each in (answer, expected))
    assert ours == theirs.replace("lambda_runtime_error", "handler")
    assert answers.seen("invocation_error", answer) == expected


def test_an_exit_while_a_module_runs_is_answered_as_recorded(create, client, recorded):
    """The runtime is gone without a reason."""
    answers = recorded("lambda", f"{RECORDED}test_lambda_runtime_exit")
    create("import sys\nsys.exit(0)\n")

    answer = client.invoke(FunctionName="f")

    answer["Payload"] = json.load(answer["Payload"])
    assert answers.seen("invocation_error", answer) == answers["invocation_error"]


def test_a_module_that_failed_is_imported_anew(create, invoke, tmp_path):
    """An environment that was not initialised is thrown away."""
    flag = tmp_path / "flag"
    create(f"import os\nassert os.path.exists({str(flag)!r})\nhandler = lambda *_: 'fine'\n")
    assert invoke()["errorType"] == "AssertionError"

    flag.touch()

    assert invoke() == "fine"


def test_the_stack_of_an_error_shows_the_folders_of_aws(create, invoke):
    """Not those of this machine."""
    create("def handler(event, context):\n    1 / 0\n")

    assert invoke()["stackTrace"] == [
        '  File "/var/task/handler.py", line 2, in handler\n    1 / 0\n'
    ]


def test_unpacked_files_are_deleted_at_the_end_and_at_a_reset(zipped):
    """Nothing stays on the disk."""
    source = "def handler(event, context):\n    return __file__\n"
    with FakeAWS() as aws:
        import boto3

        client = boto3.client("lambda")
        files = []
        for _ in range(2):
            client.create_function(
                FunctionName="f",
                Runtime="python3.12",
                Role="arn:aws:iam::123456789012:role/worker",
                Handler="handler.handler",
                Code={"ZipFile": zipped(source)},
            )
            files.append(Path(aws.function("f").invoke().result))
            assert files[-1].exists()
            aws.reset()
            assert not files[-1].parents[1].exists()


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        ({"Runtime": "nodejs22.x", "Handler": "index.handler"}, "the runtime nodejs22.x"),
        (
            {
                "PackageType": "Image",
                "Runtime": None,
                "Handler": None,
                "Code": {"ImageUri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/shop:1"},
            },
            "the image 123456789012.dkr.ecr.us-east-1.amazonaws.com/shop:1",
        ),
    ],
    ids=["node", "image"],
)
def test_code_that_is_no_python_runs_once_a_callable_stands_in(
    fakeaws, create, client, invoke, settings, name
):
    """It can be created all the same; an invocation before that is refused by name."""
    create(**settings)
    with pytest.raises(NotSimulated, match=f"Code of {name}"):
        client.invoke(FunctionName="f")

    fakeaws.function("f").handler = lambda event, _: ["stand-in", event]

    assert invoke(event=1) == ["stand-in", 1]


def test_a_callable_stands_in_for_a_package_until_there_is_new_code(
    fakeaws, create, client, invoke, zipped
):
    """Versions that were published from the same code run it too."""
    create(Publish=True)
    function = fakeaws.function("f")
    assert function.handler is None

    function.handler = stand_in = lambda *_: "stand-in"

    assert (function.handler, invoke(), invoke("f:1")) == (stand_in, "stand-in", "stand-in")
    client.update_function_code(FunctionName="f", ZipFile=zipped("handler = lambda *_: 'new'"))
    assert (invoke(), invoke("f:1")) == ("new", "stand-in")
