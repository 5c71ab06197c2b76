"""A function belongs to one account."""

import boto3
import pytest
from botocore.exceptions import ClientError


@pytest.fixture
def stranger(fakeaws):
    return boto3.client("lambda", **fakeaws.credentials("210987654321"))


@pytest.mark.parametrize("operation", ["invoke", "get_function", "delete_function"])
def test_a_function_of_another_account_is_out_of_reach(fakeaws, stranger, operation):
    """No policy lets another account use it, so AWS denies access."""
    function = fakeaws.create_function("ours", lambda *_: None)

    with pytest.raises(ClientError) as refused:
        getattr(stranger, operation)(FunctionName=function.arn)

    assert refused.value.response["Error"]["Code"] == "AccessDeniedException"
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403


@pytest.mark.parametrize("operation", ["invoke", "get_function", "delete_function"])
def test_a_stranger_does_not_learn_whether_a_function_exists(fakeaws, stranger, operation):
    """One that does not is as far out of reach."""
    with pytest.raises(ClientError) as refused:
        getattr(stranger, operation)(
            FunctionName="arn:aws:lambda:us-east-1:123456789012:function:nothing"
        )

    assert refused.value.response["Error"]["Code"] == "AccessDeniedException"
    assert (
        "function:nothing because no resource-based" in refused.value.response["Error"]["Message"]
    )


def test_an_environment_variable_that_is_no_text_is_refused(fakeaws):
    """The error says which one, and how to write it."""
    with pytest.raises(TypeError, match="RETRIES cannot be 3"):
        fakeaws.create_function("f", lambda *_: None, environment={"RETRIES": 3})
