"""Tags of functions, and what the account has used."""

import pytest
from botocore.exceptions import ClientError


@pytest.fixture
def arn(create):
    """The ARN of a function with a tag."""
    return create(Tags={"team": "shop"})["FunctionArn"]


def test_tags_are_added_and_taken_away(arn, client):
    """By name."""
    client.tag_resource(Resource=arn, Tags={"stage": "test", "team": "sales"})
    client.untag_resource(Resource=arn, TagKeys=["team", "nothing"])

    assert client.list_tags(Resource=arn)["Tags"] == {"stage": "test"}


def test_a_function_has_fifty_tags_at_the_most(arn, client):
    """The one too many changes nothing."""
    client.tag_resource(Resource=arn, Tags={str(number): "" for number in range(49)})

    with pytest.raises(ClientError, match="Number of tags exceeds"):
        client.tag_resource(Resource=arn, Tags={"more": ""})
    assert len(client.list_tags(Resource=arn)["Tags"]) == 50


def test_versions_have_no_tags(arn, client):
    """Only functions do."""
    client.publish_version(FunctionName="f")

    with pytest.raises(ClientError, match="Tags on function aliases and versions"):
        client.list_tags(Resource=f"{arn}:1")


def test_a_function_that_does_not_exist_has_no_tags(arn, client):
    """It is not found."""
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.list_tags(Resource=f"{arn}x")


def test_a_resource_that_does_not_exist_has_no_tags(client):
    """Of another kind too."""
    arn = "arn:aws:lambda:us-east-1:123456789012:code-signing-config:csc-7"

    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.tag_resource(Resource=arn, Tags={"a": "b"})


def test_the_account_tells_what_it_has_used(arn, client, zipped):
    """Code of every version and layer counts."""
    before = client.get_account_settings()["AccountUsage"]
    client.publish_version(FunctionName="f")
    client.publish_layer_version(LayerName="tools", Content={"ZipFile": zipped("x = 1")})

    settings = client.get_account_settings()

    size = len(zipped()) + len(zipped("x = 1"))
    assert settings["AccountUsage"] == {
        "TotalCodeSize": before["TotalCodeSize"] + size,
        "FunctionCount": 1,
    }
    assert settings["AccountLimit"]["ConcurrentExecutions"] == 1000
