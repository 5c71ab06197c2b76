"""What can be the code of a function."""

import functools

import pytest

from pytest_fakeaws.errors import HandlerNotFound


def double(event, context):
    """A handler of this module."""
    return event * 2


def twice(handler):
    """A decorator that calls a handler twice."""

    @functools.wraps(handler)
    def wrapped(event, context):
        return handler(handler(event, context), context)

    return wrapped


class Multiplier:
    """A handler with a setting."""

    def __init__(self, factor):
        self.factor = factor

    def __call__(self, event, context):
        """Handle."""
        return event * self.factor

    def handle(self, event, context):
        """Handle, as a bound method."""
        return self(event, context)


def multiply(factor, event, context):
    """A handler with a setting of its own."""
    return event * factor


@pytest.mark.parametrize(
    ("handler", "result"),
    [
        pytest.param(double, 10, id="function"),
        pytest.param(lambda event, _: event + 1, 6, id="lambda"),
        pytest.param(Multiplier(3), 15, id="instance"),
        pytest.param(Multiplier(4).handle, 20, id="bound method"),
        pytest.param(functools.partial(multiply, 5), 25, id="partial"),
        pytest.param(twice(double), 20, id="decorated"),
    ],
)
def test_any_callable_is_a_handler(fakeaws, handler, result):
    """Whatever takes an event and a context can be a function's code."""
    function = fakeaws.create_function("multiply", handler)

    assert function.invoke(5).result == result


def test_a_dotted_name_is_imported_at_once(fakeaws, module):
    """The module is there when the function has been created, and its handler is what runs."""
    module("shop_once", "def handler(event, context):\n    return ['shop', event]\n")
    function = fakeaws.create_function("shop", "shop_once.handler")

    assert function.invoke("order").result == ["shop", "order"]


@pytest.mark.parametrize(
    ("handler", "name"),
    [
        pytest.param(double, f"{__name__}.double", id="function"),
        pytest.param(twice(double), f"{__name__}.double", id="decorated"),
        pytest.param(Multiplier(3), f"{__name__}.Multiplier", id="instance"),
        pytest.param(functools.partial(multiply, 5), "functools.partial", id="partial"),
        pytest.param("json.loads", "json.loads", id="dotted name"),
    ],
)
def test_the_configuration_names_the_handler(fakeaws, client, handler, name):
    """`Handler` says where the code comes from, whatever kind of callable it is."""
    fakeaws.create_function("named", handler)

    assert client.get_function_configuration(FunctionName="named")["Handler"] == name


@pytest.fixture
def refusal(fakeaws):
    """The error that creating a function with a certain handler gives."""

    def refused(handler):
        with pytest.raises(HandlerNotFound) as caught:
            fakeaws.create_function("broken", handler)
        return caught.value

    return refused


def test_a_syntax_error_in_the_module_is_shown(refusal, module):
    """The evidence is Python's own complaint, and the error is the cause of ours."""
    module("shop_torn", "def handler(event, context:\n    pass\n")

    error = refusal("shop_torn.handler")

    assert error.what == 'The handler "shop_torn.handler" does not import.'
    assert "import shop_torn\nSyntaxError: " in error.evidence
    assert isinstance(error.__cause__, SyntaxError)


def test_a_module_that_does_not_exist_is_named(refusal):
    """The advice points at the path that pytest imports from."""
    error = refusal("no_such_shop.handler")

    assert error.evidence.endswith("ModuleNotFoundError: No module named 'no_such_shop'")
    assert "pythonpath" in error.advice


def test_an_error_while_the_module_runs_is_shown(refusal, module):
    """A module may fail for reasons of its own; they are the evidence."""
    module("shop_unset", "TABLE = {}['TABLE']\n")

    assert refusal("shop_unset.handler").evidence == "import shop_unset\nKeyError: 'TABLE'"


def test_a_misspelt_attribute_gets_a_suggestion(refusal, module):
    """The callables of the module are the candidates."""
    module("shop_misspelt", "handlrs = 1\ndef handler(event, context): pass\n")

    error = refusal("shop_misspelt.handlr")

    assert error.evidence == 'The module "shop_misspelt" imports, but has no "handlr".'
    assert error.advice == 'Did you mean "handler"?'


@pytest.mark.parametrize("handler", ["string.digits", 7, None])
def test_what_cannot_be_called_is_refused(refusal, handler):
    """Neither a name of a constant nor a constant is code."""
    error = refusal(handler)

    assert error.what == f"The handler {handler!r} cannot be called."
    assert error.advice == "Give a function that takes an event and a context, or its dotted name."


@pytest.mark.parametrize("handler", ["handler", "", ".handler", "shop.", "shop/invoice.handler"])
def test_a_name_that_is_not_dotted_is_refused(refusal, handler):
    """The error shows what a dotted name looks like."""
    error = refusal(handler)

    assert error.what == f'The handler "{handler}" is no dotted name.'
    assert '"shop.invoice.handler"' in error.advice


def test_a_handler_that_is_not_found_reads_in_three_parts(refusal, module):
    """What happened, the evidence, what to do."""
    module("shop_short", "def handle(event, context): pass\n")

    assert str(refusal("shop_short.handler")) == (
        'The handler "shop_short.handler" does not import.\n\n'
        '  The module "shop_short" imports, but has no "handler".\n\n'
        'Did you mean "handle"?'
    )


def test_a_function_whose_handler_is_not_found_does_not_exist(fakeaws, client, refusal):
    """A refused function leaves nothing behind."""
    refusal("no_such_shop.handler")

    assert client.list_functions()["Functions"] == []
