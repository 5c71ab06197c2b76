"""Functions as such: settings, existence, listing and deletion."""

from datetime import timedelta

import pytest
from botocore.exceptions import ClientError

from pytest_fakeaws.errors import UnknownOption, UnknownResource
from pytest_fakeaws.services.ports import ServiceError


def echo(event, context):
    """Return the event."""
    return event


@pytest.mark.parametrize(
    "settings",
    [
        {"timeout": 0},
        {"timeout": 901},
        {"memory": 127},
        {"memory": 10_241},
    ],
    ids=str,
)
def test_a_setting_outside_of_aws_range_is_refused(fakeaws, settings):
    """The error is AWS's own, for a test should not pass with what AWS would refuse."""
    (value,) = settings.values()

    with pytest.raises(ServiceError, match=f"^ValidationException: .*Value '{value}' at"):
        fakeaws.create_function("odd", echo, **settings)


@pytest.mark.parametrize("timeout", [90, "90s", timedelta(seconds=90)], ids=str)
def test_a_timeout_is_said_like_every_other_duration(fakeaws, client, timeout):
    """At creation and at an update."""
    function = fakeaws.create_function("invoice", echo, timeout=timeout)
    assert client.get_function_configuration(FunctionName="invoice")["Timeout"] == 90

    function.update(timeout="2 min")
    assert client.get_function_configuration(FunctionName="invoice")["Timeout"] == 120


@pytest.mark.parametrize("option", ["timeout", "max_event_age"])
def test_parts_of_a_second_are_refused(fakeaws, option):
    """AWS counts both in whole seconds; less would be cut off unseen."""
    with pytest.raises(UnknownOption, match=f"(?s)^{option} cannot be '1500ms'.*whole seconds"):
        fakeaws.create_function("invoice", echo, **{option: "1500ms"})


@pytest.mark.parametrize(
    "settings",
    [{"timeout": 1, "memory": 128}, {"timeout": 900, "memory": 10_240}],
    ids=["least", "most"],
)
def test_the_ends_of_aws_range_are_inside(fakeaws, client, settings):
    """Both bounds are inclusive."""
    fakeaws.create_function("even", echo, **settings)

    configuration = client.get_function_configuration(FunctionName="even")
    assert (configuration["Timeout"], configuration["MemorySize"]) == tuple(settings.values())


@pytest.mark.parametrize("name", ["", "no spaces", "dotted.name", "n" * 65])
def test_a_name_that_aws_would_not_take_is_refused(fakeaws, name):
    """Up to 64 letters, digits, hyphens and underscores make a name."""
    with pytest.raises(ServiceError, match="functionName"):
        fakeaws.create_function(name, echo)


def test_a_misspelt_keyword_gets_a_suggestion(fakeaws):
    """The settings are keywords, and a slip of the pen is explained."""
    with pytest.raises(UnknownOption, match='Did you mean "timeout"'):
        fakeaws.create_function("odd", echo, time_out=3)


def test_a_name_is_taken_once(fakeaws):
    """A second function of the same name is a conflict."""
    fakeaws.create_function("invoice", echo)

    with pytest.raises(
        ServiceError, match="ResourceConflictException: Function already exist: invoice"
    ):
        fakeaws.create_function("invoice", echo)


def test_a_deleted_name_is_free_again(fakeaws, client):
    """A new function may take the name, with code of its own."""
    fakeaws.create_function("invoice", echo)
    client.delete_function(FunctionName="invoice")

    renewed = fakeaws.create_function("invoice", lambda *_: "renewed")

    assert renewed.invoke().result == "renewed"


def test_a_deleted_function_is_unknown_to_clients(fakeaws, client):
    """Its name leads nowhere any more."""
    fakeaws.create_function("invoice", echo)
    client.delete_function(FunctionName="invoice")

    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.get_function(FunctionName="invoice")


def test_the_handle_of_a_deleted_function_says_so(fakeaws, client):
    """The error names the function and what may have become of it."""
    invoice = fakeaws.create_function("invoice", echo)
    client.delete_function(FunctionName="invoice")

    with pytest.raises(UnknownResource, match='The function "invoice" does not exist any more'):
        invoice.invoke()


def test_a_function_is_found_by_name_or_arn(fakeaws):
    """The handle can be had again wherever the first one is out of reach."""
    invoice = fakeaws.create_function("invoice", echo)

    found = [fakeaws.function(reference).arn for reference in (invoice.name, invoice.arn)]

    assert found == [invoice.arn, invoice.arn]


def test_a_function_that_does_not_exist_gets_a_suggestion(fakeaws):
    """The names that exist are the candidates."""
    fakeaws.create_function("invoice", echo)

    with pytest.raises(UnknownResource, match='Did you mean "invoice"'):
        fakeaws.function("invoices")


def test_get_function_shows_the_configuration(fakeaws, client):
    """What the test chose is what a client reads."""
    invoice = fakeaws.create_function(
        "invoice", echo, timeout=20, memory=256, environment={"CURRENCY": "EUR"}
    )

    configuration = client.get_function(FunctionName="invoice")["Configuration"]

    assert configuration["FunctionArn"] == invoice.arn
    assert configuration["Timeout"] == 20
    assert configuration["MemorySize"] == 256
    assert configuration["Environment"] == {"Variables": {"CURRENCY": "EUR"}}
    assert configuration["State"] == "Active"
    assert configuration["Version"] == "$LATEST"


def test_functions_are_listed_by_name(fakeaws, client):
    """The order of creation does not show."""
    for name in ("ship", "charge", "invoice"):
        fakeaws.create_function(name, echo)

    listed = client.list_functions()["Functions"]

    assert [function["FunctionName"] for function in listed] == ["charge", "invoice", "ship"]


def test_a_long_list_of_functions_comes_in_pages(fakeaws, client):
    """The marker of each page leads to the next one, and the last has none."""
    names = [f"function-{number}" for number in range(5)]
    for name in names:
        fakeaws.create_function(name, echo)

    pages = list(client.get_paginator("list_functions").paginate(PaginationConfig={"PageSize": 2}))

    assert [len(page["Functions"]) for page in pages] == [2, 2, 1]
    assert [item["FunctionName"] for page in pages for item in page["Functions"]] == names


def test_a_page_has_fifty_functions_at_the_most(fakeaws, client):
    """Asking for more does not help."""
    for number in range(51):
        fakeaws.create_function(f"function-{number:02}", echo)

    page = client.list_functions(MaxItems=1_000)

    assert len(page["Functions"]) == 50
    assert page["NextMarker"] == "function-49"


def test_a_marker_that_was_never_given_out_is_refused(fakeaws, client):
    """Only the marker of an earlier page leads on."""
    with pytest.raises(ClientError, match="Invalid Marker"):
        client.list_functions(Marker="made-up")
