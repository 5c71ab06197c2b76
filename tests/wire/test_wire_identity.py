"""Who a client is: credentials, region and account, without looking any up."""

import os
from datetime import datetime, timezone

import boto3
import botocore.session
import pytest
from botocore.credentials import RefreshableCredentials

from pytest_fakeaws import FakeAWS

OTHER_ACCOUNT = "111122223333"


def account_of(client):
    """The account in the URL of a queue that *client* creates."""
    return client.create_queue(QueueName="mine")["QueueUrl"].split("/")[-2]


@pytest.fixture
def refreshable():
    """A botocore session whose credentials have long expired, and ask the network for new ones."""
    session = botocore.session.Session()
    session.set_config_variable("region", "us-east-1")
    session._credentials = RefreshableCredentials(
        "ASIAOLD",
        "secret",
        "token",
        datetime(2020, 1, 1, tzinfo=timezone.utc),
        lambda: pytest.fail("The credentials were refreshed."),
        "test",
    )
    return session


def test_credentials_are_fictional(fakeaws):
    """A client made under the fake has keys that nobody owns."""
    assert boto3.Session().get_credentials().access_key == "AKIAFAKEAWSFAKEAWS00"


def test_profiles_of_the_machine_are_not_read(tmp_path, monkeypatch):
    """Neither the user's files nor the profile of the environment counts."""
    config = tmp_path / "config"
    config.write_text("[profile mine]\nregion = eu-north-1\n")
    credentials = tmp_path / "credentials"
    credentials.write_text("[theirs]\naws_access_key_id = REAL\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(credentials))
    monkeypatch.setenv("AWS_PROFILE", "mine")

    with FakeAWS():
        session = boto3.Session()

        assert (session.region_name, session.available_profiles) == ("us-east-1", [])


@pytest.mark.parametrize(
    "name", ["AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_ROLE_ARN"]
)
def test_services_that_hand_out_credentials_are_not_known(monkeypatch, name):
    """What a cloud machine finds in its environment is not there."""
    monkeypatch.setenv(name, "http://169.254.170.2/credentials")

    with FakeAWS():
        assert name not in os.environ


def test_the_metadata_service_is_switched_off(fakeaws):
    """Even a client that lost its credentials does not ask it for new ones."""
    with pytest.MonkeyPatch.context() as patch:  # undone before the fake ends, whoever else patches
        patch.delenv("AWS_ACCESS_KEY_ID")

        assert boto3.Session().get_credentials() is None


def test_the_environment_comes_back_after_the_fake(monkeypatch):
    """What was set is as it was, and what was not set is not there."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "REAL")
    monkeypatch.setenv("AWS_PROFILE", "mine")
    monkeypatch.delenv("AWS_REGION", raising=False)
    before = dict(os.environ)
    with FakeAWS():
        assert "AWS_PROFILE" not in os.environ

    assert dict(os.environ) == before


def test_the_default_session_comes_back_after_the_fake(monkeypatch):
    """A session that the user has set up is neither used nor lost."""
    mine = boto3.Session(region_name="eu-north-1")
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", mine)
    with FakeAWS():
        assert boto3.client("sqs").meta.region_name == "us-east-1"

    assert boto3.DEFAULT_SESSION is mine


def test_a_client_lives_in_its_own_region(fakeaws):
    """A queue is there in the region in which it was created, and in no other."""
    fakeaws.create_queue("orders")

    assert "QueueUrls" not in boto3.client("sqs", "eu-west-1").list_queues()
    assert len(boto3.client("sqs", "us-east-1").list_queues()["QueueUrls"]) == 1


@pytest.mark.fakeaws(region="eu-central-1")
def test_the_region_of_the_fake_is_that_of_clients_which_name_none(fakeaws, sqs):
    """Clients and handles agree on it."""
    assert sqs.meta.region_name == "eu-central-1"
    assert fakeaws.create_queue("orders").arn.split(":")[3] == "eu-central-1"


@pytest.mark.fakeaws(account_id=OTHER_ACCOUNT)
def test_the_account_of_the_fake_is_that_of_unknown_keys(fakeaws, sqs):
    """Whatever credentials a client was made with, it belongs to the fake's account."""
    assert account_of(sqs) == OTHER_ACCOUNT


@pytest.mark.fakeaws(accounts={"AKIAPARTNER": OTHER_ACCOUNT})
@pytest.mark.parametrize(
    ("key", "account"), [("AKIAPARTNER", OTHER_ACCOUNT), ("AKIANOBODY", "123456789012")]
)
def test_the_account_follows_the_access_key(fakeaws, key, account):
    """Known keys belong to their accounts, all others to the fake's."""
    client = boto3.client("sqs", aws_access_key_id=key, aws_secret_access_key="secret")

    assert account_of(client) == account


def test_credentials_make_a_client_of_another_account(fakeaws):
    """`credentials` is what boto3 wants as keywords."""
    assert account_of(boto3.client("sqs", **fakeaws.credentials(OTHER_ACCOUNT))) == OTHER_ACCOUNT


def test_accounts_see_their_own_queues_only(fakeaws, sqs):
    """Two accounts can have queues of one name, and neither lists the other's."""
    fakeaws.create_queue("mine")
    account_of(boto3.client("sqs", **fakeaws.credentials(OTHER_ACCOUNT)))

    (url,) = sqs.list_queues()["QueueUrls"]
    assert "/123456789012/" in url


@pytest.mark.parametrize("accounts", [{}, {"AKIAPARTNER": OTHER_ACCOUNT}])
def test_credentials_that_expired_are_not_refreshed(refreshable, accounts):
    """A client of an assumed role works on, although virtual time has outlived its credentials."""
    client = refreshable.create_client("sqs")

    with FakeAWS(accounts=accounts):
        assert account_of(client) == "123456789012"


def test_credentials_for_what_is_no_account_are_refused(fakeaws):
    """The error says what an account id looks like."""
    with pytest.raises(TypeError, match="account_id='abc' is no account id"):
        fakeaws.credentials("abc")
