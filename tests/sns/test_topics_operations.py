"""Topics as such: attributes, tags, access policies, pages, accounts."""

import json

import boto3
import pytest

OTHER_ACCOUNT = "111122223333"


@pytest.fixture
def attributes_of(sns):
    """Reads the attributes of a topic."""
    return lambda topic: sns.get_topic_attributes(TopicArn=topic.arn)["Attributes"]


@pytest.fixture
def set_attribute(sns, topic):
    """Sets an attribute of the topic."""

    def set_attribute(name, value):
        return sns.set_topic_attributes(
            TopicArn=topic.arn, AttributeName=name, AttributeValue=value
        )

    return set_attribute


@pytest.fixture
def stranger(fakeaws):
    """A client of another account."""
    return boto3.client("sns", **fakeaws.credentials(OTHER_ACCOUNT))


class TestAttributes:
    """What a topic can be told."""

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("DisplayName", "Orders"),
            ("MaximumMessageSize", "1048576"),
            ("SignatureVersion", "2"),
            ("TracingConfig", "Active"),
            ("KmsMasterKeyId", "alias/aws/sns"),
            ("HTTPSuccessFeedbackRoleArn", "arn:aws:iam::123456789012:role/logs"),
            ("SQSSuccessFeedbackSampleRate", "100"),
            ("LambdaFailureFeedbackRoleArn", "arn:aws:iam::123456789012:role/logs"),
            ("FirehoseSuccessFeedbackSampleRate", "0"),
            ("ApplicationFailureFeedbackRoleArn", "arn:aws:iam::123456789012:role/logs"),
        ],
    )
    def test_what_is_set_is_shown(self, set_attribute, attributes_of, topic, name, value):
        """And is gone once it is set to nothing."""
        set_attribute(name, value)
        assert attributes_of(topic)[name] == value
        set_attribute(name, "")
        assert not attributes_of(topic).get(name)

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("DisplayName", "x" * 101),
            ("MaximumMessageSize", "1023"),
            ("MaximumMessageSize", "1048577"),
            ("SignatureVersion", "3"),
            ("TracingConfig", "active"),
            ("SQSSuccessFeedbackSampleRate", "101"),
            ("SQSSuccessFeedbackRoleArn", "logs"),
        ],
    )
    def test_what_may_not_be_set_is_named(self, set_attribute, error_of, name, value):
        """The error shows the value."""
        error = error_of(set_attribute, name, value)["Error"]
        assert error["Code"] == "InvalidParameter"
        assert error["Message"] == f"Invalid parameter: {name}: Invalid value [{value}]"

    @pytest.mark.parametrize("name", ["Unknown", "FifoTopic", "ContentBasedDeduplication"])
    def test_names_that_do_not_exist(self, set_attribute, error_of, name):
        """Nor do those of FIFO topics, on others."""
        error = error_of(set_attribute, name, "true")["Error"]
        assert error["Message"] == "Invalid parameter: AttributeName"

    def test_an_unknown_attribute_of_a_new_topic(self, sns, error_of):
        """The error says where it stands."""
        error = error_of(sns.create_topic, Name="t", Attributes={"Colour": "red"})["Error"]
        assert error["Message"] == "Invalid parameter: Attributes Reason: Unknown attribute: Colour"

    @pytest.mark.parametrize("name", ["", "a" * 257, "a b", "a.b", "t.fifo"])
    def test_names_that_no_topic_can_have(self, sns, error_of, name):
        """A name that ends in .fifo wants the attribute."""
        error = error_of(sns.create_topic, Name=name)["Error"]
        assert error["Message"] == "Invalid parameter: Topic Name"

    def test_subscriptions_are_counted(self, fakeaws, topic, orders, attributes_of, sns):
        """By whether they are confirmed, pending or deleted."""
        topic.subscribe(orders)
        topic.subscribe("https://shop.example/hook")
        topic.subscribe(fakeaws.create_queue("other")).unsubscribe()
        counts = {
            name.removeprefix("Subscriptions"): value
            for name, value in attributes_of(topic).items()
            if name.startswith("Subscriptions")
        }
        assert counts == {"Confirmed": "1", "Pending": "1", "Deleted": "1"}

    def test_large_messages_are_not_for_everybody(self, topic, set_attribute, error_of):
        """HTTP endpoints, mails and telephones cannot have them."""
        topic.subscribe("https://shop.example/hook")
        set_attribute("MaximumMessageSize", "262144")
        error = error_of(set_attribute, "MaximumMessageSize", "262145")["Error"]
        assert error["Code"] == "InvalidParameter"

    def test_who_cannot_have_large_messages_cannot_subscribe(self, topic, set_attribute, orders):
        """But queues can."""
        set_attribute("MaximumMessageSize", "1048576")
        topic.subscribe(orders)
        with pytest.raises(Exception, match="protocols sqs, lambda and firehose"):
            topic.subscribe("https://shop.example/hook")

    def test_data_protection_policies_are_kept(self, sns, topic, error_of):
        """They can be given to a new topic, too."""
        policy = json.dumps({"Name": "p", "Version": "2021-06-01", "Statement": []})
        sns.put_data_protection_policy(ResourceArn=topic.arn, DataProtectionPolicy=policy)
        shown = sns.get_data_protection_policy(ResourceArn=topic.arn)
        assert shown["DataProtectionPolicy"] == policy
        other = sns.create_topic(Name="other", DataProtectionPolicy=policy)["TopicArn"]
        shown = sns.get_data_protection_policy(ResourceArn=other)
        assert shown["DataProtectionPolicy"] == policy
        call = sns.put_data_protection_policy
        error = error_of(call, ResourceArn=topic.arn, DataProtectionPolicy="no JSON")["Error"]
        assert error["Message"] == "Invalid parameter: DataProtectionPolicy"


class TestPages:
    """Listings of more than a hundred."""

    def test_topics_come_in_pages(self, sns):
        """Every one is listed once."""
        arns = [sns.create_topic(Name=f"t{number}")["TopicArn"] for number in range(201)]
        pages = list(sns.get_paginator("list_topics").paginate())
        assert [len(page["Topics"]) for page in pages] == [100, 100, 1]
        assert sorted(topic["TopicArn"] for page in pages for topic in page["Topics"]) == sorted(
            arns
        )

    def test_a_token_that_is_none(self, sns, error_of):
        """It is refused."""
        error = error_of(sns.list_topics, NextToken="?")["Error"]
        assert error["Message"] == "Invalid parameter: NextToken"

    def test_topics_of_other_places_are_not_listed(self, topic, stranger):
        """Neither those of another account nor those of another region."""
        assert stranger.list_topics()["Topics"] == []
        assert boto3.client("sns", region_name="eu-west-1").list_topics()["Topics"] == []


class TestTags:
    """Tags of topics."""

    def test_tags_are_added_and_taken_away(self, sns, topic):
        """A later value replaces an earlier one."""
        tags = [{"Key": "team", "Value": "shop"}, {"Key": "stage", "Value": "test"}]
        sns.tag_resource(ResourceArn=topic.arn, Tags=tags)
        sns.tag_resource(ResourceArn=topic.arn, Tags=[{"Key": "stage", "Value": "live"}])
        sns.untag_resource(ResourceArn=topic.arn, TagKeys=["team", "unknown"])
        shown = sns.list_tags_for_resource(ResourceArn=topic.arn)["Tags"]
        assert shown == [{"Key": "stage", "Value": "live"}]

    def test_tags_of_what_does_not_exist(self, sns, topic, error_of):
        """The resource is not found."""
        error = error_of(sns.list_tags_for_resource, ResourceArn=f"{topic.arn}-other")["Error"]
        assert (error["Code"], error["Message"]) == ("ResourceNotFound", "Resource does not exist")

    def test_too_many_tags(self, sns, topic, error_of):
        """Fifty are allowed."""
        tags = [{"Key": str(number), "Value": ""} for number in range(51)]
        error = error_of(sns.tag_resource, ResourceArn=topic.arn, Tags=tags)["Error"]
        assert error["Code"] == "TagLimitExceeded"
        sns.tag_resource(ResourceArn=topic.arn, Tags=tags[:50])

    def test_one_key_twice(self, sns, topic, error_of):
        """It is refused."""
        tags = [{"Key": "a", "Value": "1"}, {"Key": "a", "Value": "2"}]
        error = error_of(sns.tag_resource, ResourceArn=topic.arn, Tags=tags)["Error"]
        assert error["Message"] == "Invalid parameter: Duplicated keys are not allowed."


class TestAccess:
    """Who may do what with a topic."""

    def test_another_account_may_do_nothing(self, topic, stranger, error_of):
        """Unless the topic's policy lets it."""
        calls = {
            "Publish": (stranger.publish, {"Message": "m"}),
            "GetTopicAttributes": (stranger.get_topic_attributes, {}),
            "DeleteTopic": (stranger.delete_topic, {}),
            "ListSubscriptionsByTopic": (stranger.list_subscriptions_by_topic, {}),
        }
        for action, (call, parameters) in calls.items():
            error = error_of(call, TopicArn=topic.arn, **parameters)
            assert error["ResponseMetadata"]["HTTPStatusCode"] == 403
            assert error["Error"]["Code"] == "AuthorizationError"
            assert f"is not authorized to perform: SNS:{action} on" in error["Error"]["Message"]

    def test_a_permission_lets_another_account_publish(self, sns, topic, orders, stranger):
        """Until it is removed."""
        topic.subscribe(orders, raw=True)
        sns.add_permission(
            TopicArn=topic.arn, Label="p", AWSAccountId=[OTHER_ACCOUNT], ActionName=["Publish"]
        )
        stranger.publish(TopicArn=topic.arn, Message="from a stranger")
        sns.remove_permission(TopicArn=topic.arn, Label="p")
        with pytest.raises(stranger.exceptions.AuthorizationErrorException):
            stranger.publish(TopicArn=topic.arn, Message="again")
        assert orders.messages.bodies == ["from a stranger"]

    def test_a_permission_is_a_statement_of_the_policy(self, sns, topic, attributes_of):
        """Beside the default one."""
        sns.add_permission(
            TopicArn=topic.arn,
            Label="p",
            AWSAccountId=[OTHER_ACCOUNT],
            ActionName=["Publish", "Subscribe"],
        )
        default, added = json.loads(attributes_of(topic)["Policy"])["Statement"]
        assert default["Sid"] == "__default_statement_ID"
        assert added == {
            "Sid": "p",
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{OTHER_ACCOUNT}:root"},
            "Action": ["SNS:Publish", "SNS:Subscribe"],
            "Resource": topic.arn,
        }

    @pytest.mark.parametrize(
        ("change", "text"),
        [
            ({"ActionName": ["Fly"]}, "Policy statement action out of service scope!"),
            ({"AWSAccountId": ["1"]}, "Policy Error: PrincipalNotFound"),
            ({"Label": ""}, "Label"),
            ({"ActionName": []}, "ActionName Reason: no value for required parameter"),
        ],
    )
    def test_permissions_that_are_none(self, sns, topic, error_of, change, text):
        """Each has its text."""
        given = {"Label": "p", "AWSAccountId": [OTHER_ACCOUNT], "ActionName": ["Publish"]}
        error = error_of(sns.add_permission, TopicArn=topic.arn, **{**given, **change})["Error"]
        assert error["Message"] == f"Invalid parameter: {text}"

    def test_a_label_names_one_statement(self, sns, topic, error_of):
        """It cannot be used twice."""
        given = {"Label": "p", "AWSAccountId": [OTHER_ACCOUNT], "ActionName": ["Publish"]}
        sns.add_permission(TopicArn=topic.arn, **given)
        error = error_of(sns.add_permission, TopicArn=topic.arn, **given)["Error"]
        assert error["Message"] == "Invalid parameter: Statement already exists"

    def test_a_policy_can_deny_the_owner_to_publish(self, sns, topic, set_attribute, error_of):
        """A denial counts inside an account, too."""
        statement = {"Effect": "Deny", "Principal": "*", "Action": "sns:Publish", "Resource": "*"}
        set_attribute("Policy", json.dumps({"Version": "2012-10-17", "Statement": statement}))
        error = error_of(sns.publish, TopicArn=topic.arn, Message="m")["Error"]
        assert error["Code"] == "AuthorizationError"

    @pytest.mark.parametrize(
        ("policy", "text"),
        [
            ("no JSON", "Policy Error: null"),
            (
                {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sns:CreateTopic"}]},
                "Policy statement action out of service scope!",
            ),
            (
                {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage"}]},
                "Policy statement action out of service scope!",
            ),
        ],
    )
    def test_policies_that_are_none(self, sns, set_attribute, error_of, policy, text):
        """Nor those about other things than a topic."""
        written = policy if isinstance(policy, str) else json.dumps(policy)
        error = error_of(set_attribute, "Policy", written)["Error"]
        assert error["Message"] == f"Invalid parameter: {text}"
        error = error_of(sns.create_topic, Name="other", Attributes={"Policy": written})["Error"]
        assert error["Message"] == f"Invalid parameter: {text}"
