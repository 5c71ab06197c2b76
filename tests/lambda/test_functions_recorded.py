"""What AWS answered about functions: creating, changing and deleting them."""

import re

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

API = "lambda_/test_lambda_api.py::"
FUNCTION = f"{API}TestLambdaFunction::"
VALIDATION = f"{FUNCTION}test_function_name_and_qualifier_validation"


def error_of(call, *args, **kwargs):
    with pytest.raises(ClientError) as caught:
        call(*args, **kwargs)
    return caught.value.response


@pytest.fixture
def replay(recorded):
    """Compares an answer of ours with what was recorded."""

    class Replay:
        def __init__(self, test):
            self.answers = recorded("lambda", f"{API}{test}")

        def __call__(self, step, answer):
            assert self.answers.seen(step, answer) == self.answers[step]

    return Replay


def test_creating_and_updating_is_answered_as_recorded(replay, create, client, zipped):
    """The answers are of a function that is not ready yet; the next look finds it ready."""
    check = replay("TestLambdaFunction::test_lambda_code_location_zipfile")

    check("create-response-zip-file", create(Handler="index.handler"))
    check("get-function-response", client.get_function(FunctionName="f"))
    answer = client.update_function_code(FunctionName="f", ZipFile=zipped("other = 1"))
    check("update-function-response", answer)


def test_redundant_updates_are_answered_as_recorded(replay, create, client):
    """An update that changes nothing gives a new revision all the same."""
    check = replay("TestLambdaFunction::test_redundant_updates")
    first = {"Description": "1st update description"}
    created = create(Description="Initial description", Timeout=30, Environment={"Variables": {}})

    check(
        "create_response",
        {"CreateEventSourceMappingResponse": None, "CreateFunctionResponse": created},
    )
    update = client.update_function_configuration
    check("first_update_result", update(FunctionName="f", **first))
    check("get_fn_config_result", client.get_function_configuration(FunctionName="f"))
    check("get_fn_result", client.get_function(FunctionName="f"))
    check("redundant_update_result", update(FunctionName="f", **first))
    check("get_fn_result_after_redundant_update", client.get_function(FunctionName="f"))


@pytest.mark.parametrize("version", ["python3.12", "python3.13"])
def test_snap_start_of_python_is_answered_as_recorded(replay, create, client, version):
    """Without it nothing is optimised."""
    check = replay(f"TestLambdaSnapStart::test_snapstart_lifecycle[{version}]")
    given = {"Runtime": version, "MemorySize": 1024, "Timeout": 5}

    check("create_function_response", create(**given, SnapStart={"ApplyOn": "None"}))
    check("get_function_response_latest", client.get_function(FunctionName="f"))
    client.publish_version(FunctionName="f", Description="version1")
    answer = client.get_function(FunctionName="f:1")
    check("get_function_response_version_1", answer)


def test_an_unknown_way_to_snap_start_is_refused_as_recorded(replay, create):
    """The message names the values there are."""
    check = replay("TestLambdaSnapStart::test_snapstart_exceptions")

    check(
        "create_function_invalid_snapstart_apply",
        error_of(create, SnapStart={"ApplyOn": "invalidOption"}),
    )


def test_too_much_environment_is_refused_as_recorded(replay, create):
    """The message shows what was measured."""
    check = replay("TestLambdaSizeLimits::test_large_environment_variables_fails")
    step = "failed_create_fn_result"
    length = check.answers[step]["Error"]["Message"].count("x")
    # One x more is in "exceeded".
    variables = {"LARGE_VAR": "x" * (length - 1)}

    check(step, error_of(create, Environment={"Variables": variables}))


def test_a_subnet_of_no_known_form_is_refused_as_recorded(replay, create):
    """The others could only be looked up in EC2."""
    check = replay("TestLambdaFunction::test_invalid_vpc_config_subnet")
    given = {"SubnetIds": ["bad-format"], "SecurityGroupIds": ["sg-1"]}

    response = error_of(create, VpcConfig=given)

    message = response["Error"]["Message"].replace("bad-format", "<subnet_id_2>")
    response["Error"]["Message"] = message
    check("create-response-invalid-format-subnet-id", response)


def test_a_network_is_stored_as_recorded(replay, create, client):
    """An empty list takes it away again."""
    check = replay("TestLambdaFunction::test_vpc_config")

    def network(number):
        return {"SubnetIds": [f"subnet-{number}"], "SecurityGroupIds": [f"sg-{number}"]}

    def network_of(answer):
        return answer.get("Configuration", answer)["VpcConfig"]

    create(VpcConfig=network(1))
    update = client.update_function_configuration
    answers = {
        "get_function_response": client.get_function(FunctionName="f"),
        "update_vpcconfig_update_response": update(FunctionName="f", VpcConfig=network(2)),
        "update_vpcconfig_get_function_response": client.get_function(FunctionName="f"),
        "delete_vpcconfig_update_response": update(
            FunctionName="f", VpcConfig={"SubnetIds": [], "SecurityGroupIds": []}
        ),
        "delete_vpcconfig_get_function_response": client.get_function(FunctionName="f"),
    }
    for step, answer in answers.items():
        ours, theirs = network_of(answer), network_of(check.answers[step])
        assert ours.keys() == theirs.keys()
        assert bool(ours["VpcId"]) is bool(theirs["VpcId"])


def test_deleting_nothing_is_answered_as_recorded(replay, client):
    """The message has no qualifier, whatever the call had."""
    check = replay("TestLambdaFunction::test_delete_on_nonexisting_version")
    name = "nothing"

    check(
        "delete_function_response_non_existent", error_of(client.delete_function, FunctionName=name)
    )
    check(
        "delete_function_response_non_existent_with_qualifier",
        error_of(client.delete_function, FunctionName=name, Qualifier="1"),
    )


OBJECTS = [("wrong-bucket", "nowhere", "code.zip"), ("wrong-key", "shop", "nothing.zip")]


@pytest.mark.slow
@pytest.mark.parametrize(("case", "bucket", "key"), OBJECTS)
def test_an_object_that_cannot_be_read_is_refused_as_recorded(
    replay, create, client, case, bucket, key
):
    """The message is S3's."""
    check = replay("TestLambdaFunction::test_lambda_code_location_s3_errors")
    create()
    with mock_aws():
        boto3.client("s3").create_bucket(Bucket="shop")
        place = {"S3Bucket": bucket, "S3Key": key}

        check(f"create-error-{case}", error_of(create, name="other", Code=place))
        update = error_of(client.update_function_code, FunctionName="f", **place)
        check(f"update-error-{case}", update)


NAMES = {
    "full_arn_with_multiple_qualifiers": ("arn:{}:function:my-function:1:2", None),
    "function_name_is_single_invalid": ("*", None),
    "function_name_too_long": ("a" * 65, None),
    "incomplete_arn": ("arn:{}:function", None),
    "invalid_account_id_in_partial_arn": ("invalid-account:function:my-function", None),
    "invalid_characters_in_function_name": ("my-function!", None),
    "invalid_characters_in_qualifier": ("my-function", "invalid!"),
    "invalid_region_in_arn": (
        "arn:aws:lambda:invalid-region:123456789012:function:my-function",
        None,
    ),
    "latest_version_with_additional_qualifier": ("arn:{}:function:my-function:$LATEST", "1"),
    "lowercase_latest_qualifier": ("arn:{}:function:my-function", "$latest"),
    "missing_account_id_in_arn": ("arn:aws:lambda:us-east-1::function:my-function", None),
    "missing_region_in_arn": ("arn:aws:lambda::123456789012:function:my-function", None),
    "misspelled_latest_in_arn": ("arn:{}:function:my-function:$LATES", None),
    "non_lambda_arn": ("arn:aws:ec2:us-east-1:123456789012:instance:i-1234567890abcdef0", None),
}


@pytest.mark.parametrize(
    ("case", "operation"),
    [
        (case, operation)
        for case in NAMES
        for operation in ("create_function", "delete_function", "get_function", "invoke")
        if (case, operation) != ("incomplete_arn", "create_function")  # never recorded
    ],
)
def test_a_name_is_refused_as_recorded(recorded, create, client, operation, case):
    """Each operation says in the same words what is wrong with a name or a qualifier."""
    answers = recorded("lambda", f"{VALIDATION}[{case}-{operation}]")
    name, qualifier = NAMES[case]
    name = name.format("aws:lambda:us-east-1:123456789012")
    if operation == "create_function":
        response = error_of(create, name=f"{name}:{qualifier}" if qualifier else name)
    else:
        given = {"Qualifier": qualifier} if qualifier else {}
        response = error_of(getattr(client, operation), FunctionName=name, **given)

    step = f"{operation}_exception"
    assert answers.seen(step, as_listed(response["Error"])) == answers[step]


def as_listed(error):
    """An error as the recordings of this test show it: violations by number, long names by length."""
    message = error["Message"].replace("a" * 65, "<a:len(65)>")
    found = re.fullmatch(r"(\d+) validation errors? detected: (.*)", message)
    if found is None:
        return {"Code": error["Code"], "Message": message}
    return {"Code": error["Code"], "Count": int(found[1]), "Errors": found[2].split("; ")}
