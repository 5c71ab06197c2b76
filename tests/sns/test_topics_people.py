"""Telephones and mobile devices: settings, opting out, the sandbox, platform applications."""

import re

import boto3
import pytest

NUMBER = "+15551234567"


@pytest.fixture
def application(sns):
    """A platform application."""
    return sns.create_platform_application(
        Name="shop", Platform="GCM", Attributes={"PlatformCredential": "secret"}
    )["PlatformApplicationArn"]


@pytest.fixture
def register(sns, application):
    """Registers a device, and returns its ARN."""

    def register(token="token-1", **more):
        return sns.create_platform_endpoint(
            PlatformApplicationArn=application, Token=token, **more
        )["EndpointArn"]

    return register


class TestTelephones:
    """Text messages."""

    def test_a_message_to_a_number(self, fakeaws, sns):
        """It is in the outbox, with what the account is set to."""
        sns.set_sms_attributes(
            attributes={"DefaultSMSType": "Transactional", "DefaultSenderID": "shop"}
        )
        answer = sns.publish(PhoneNumber=NUMBER, Message="your code is 7")
        (message,) = fakeaws.outbox.sms
        assert (message.recipient, message.body, message.notification_id) == (
            NUMBER,
            "your code is 7",
            answer["MessageId"],
        )
        assert (message.type, message.sender_id, message.topic) == ("Transactional", "shop", None)

    def test_the_story_of_a_message_to_a_number(self, fakeaws, sns):
        """It is told as that of a topic's."""
        sns.publish(PhoneNumber=NUMBER, Message="hello")
        assert fakeaws.timeline().splitlines()[2:] == [
            f"00:00:00  {NUMBER}     notification 1 published: hello",
            f"00:00:00  {NUMBER}     notification 1 delivered to {NUMBER}",
        ]

    def test_a_message_that_is_too_long(self, sns, error_of):
        """1,600 characters are allowed."""
        sns.publish(PhoneNumber=NUMBER, Message="a" * 1_600)
        error = error_of(sns.publish, PhoneNumber=NUMBER, Message="a" * 1_601)["Error"]
        assert error["Message"] == "Invalid parameter: Message too long"

    def test_settings_are_shown(self, sns):
        """All, or those that are asked for."""
        given = {"MonthlySpendLimit": "5", "DeliveryStatusSuccessSamplingRate": "10"}
        sns.set_sms_attributes(attributes=given)
        assert sns.get_sms_attributes()["attributes"] == given
        asked = sns.get_sms_attributes(attributes=["MonthlySpendLimit", "DefaultSenderID"])
        assert asked["attributes"] == {"MonthlySpendLimit": "5"}

    def test_who_has_opted_out_gets_nothing(self, fakeaws, sns, topic):
        """Neither directly nor by a topic."""
        fakeaws.opt_out(NUMBER)
        topic.subscribe(NUMBER)
        sns.publish(PhoneNumber=NUMBER, Message="one")
        topic.publish("two")
        assert fakeaws.outbox.sms == []
        assert fakeaws.timeline().count("is opted out") > 0

    def test_opting_in_again(self, fakeaws, sns, error_of):
        """Once in thirty days."""
        fakeaws.opt_out(NUMBER)
        assert sns.check_if_phone_number_is_opted_out(phoneNumber=NUMBER)["isOptedOut"]
        assert sns.list_phone_numbers_opted_out()["phoneNumbers"] == [NUMBER]
        sns.opt_in_phone_number(phoneNumber=NUMBER)
        assert not sns.check_if_phone_number_is_opted_out(phoneNumber=NUMBER)["isOptedOut"]
        fakeaws.opt_out(NUMBER)
        error = error_of(sns.opt_in_phone_number, phoneNumber=NUMBER)["Error"]
        assert "once every 30 days" in error["Message"]
        fakeaws.clock.advance("30 days")
        sns.opt_in_phone_number(phoneNumber=NUMBER)
        assert sns.list_phone_numbers_opted_out()["phoneNumbers"] == []

    def test_opting_out_with_what_is_no_number(self, fakeaws):
        """It is explained."""
        with pytest.raises(TypeError, match="is no telephone number"):
            fakeaws.opt_out("5551234567")

    def test_accounts_and_regions_are_apart(self, fakeaws, sns):
        """So are their settings and numbers."""
        sns.set_sms_attributes(attributes={"DefaultSenderID": "shop"})
        fakeaws.opt_out(NUMBER)
        there = boto3.client("sns", region_name="eu-west-1")
        assert there.get_sms_attributes()["attributes"] == {}
        assert there.list_phone_numbers_opted_out()["phoneNumbers"] == []

    def test_origination_numbers(self, sns):
        """There are none."""
        assert sns.list_origination_numbers()["PhoneNumbers"] == []


class TestSandbox:
    """Numbers that are verified by a one-time password."""

    @pytest.fixture
    def password(self, fakeaws, sns):
        """Adds the number, and returns the password that was sent there."""
        sns.create_sms_sandbox_phone_number(PhoneNumber=NUMBER)
        return re.search(r"\d{6}", fakeaws.outbox.sms[-1].body)[0]

    def test_a_number_is_verified_by_what_was_sent_there(self, sns, password):
        """Until then it is pending."""
        assert _statuses(sns) == {NUMBER: "Pending"}
        sns.verify_sms_sandbox_phone_number(PhoneNumber=NUMBER, OneTimePassword=password)
        assert _statuses(sns) == {NUMBER: "Verified"}

    def test_a_wrong_password(self, sns, password):
        """It verifies nothing."""
        wrong = f"{(int(password) + 1) % 1_000_000:06}"
        with pytest.raises(sns.exceptions.VerificationException):
            sns.verify_sms_sandbox_phone_number(PhoneNumber=NUMBER, OneTimePassword=wrong)
        assert _statuses(sns) == {NUMBER: "Pending"}

    def test_an_old_password(self, fakeaws, sns, password):
        """It is valid for fifteen minutes."""
        fakeaws.clock.advance("15 min")
        with pytest.raises(sns.exceptions.VerificationException):
            sns.verify_sms_sandbox_phone_number(PhoneNumber=NUMBER, OneTimePassword=password)

    def test_a_verified_number_stays_for_a_day(self, fakeaws, sns, password):
        """Then it can be deleted; a pending one can be at once."""
        sns.verify_sms_sandbox_phone_number(PhoneNumber=NUMBER, OneTimePassword=password)
        with pytest.raises(sns.exceptions.UserErrorException):
            sns.delete_sms_sandbox_phone_number(PhoneNumber=NUMBER)
        fakeaws.clock.advance("1 day")
        sns.delete_sms_sandbox_phone_number(PhoneNumber=NUMBER)
        assert _statuses(sns) == {}

    def test_a_number_that_is_not_there(self, sns):
        """It cannot be verified or deleted."""
        with pytest.raises(sns.exceptions.ResourceNotFoundException):
            sns.delete_sms_sandbox_phone_number(PhoneNumber=NUMBER)
        with pytest.raises(sns.exceptions.ResourceNotFoundException):
            sns.verify_sms_sandbox_phone_number(PhoneNumber=NUMBER, OneTimePassword="123456")

    def test_the_sandbox_has_ten_places(self, sns):
        """And its numbers come in pages."""
        for number in range(10):
            sns.create_sms_sandbox_phone_number(PhoneNumber=f"{NUMBER[:-1]}{number}")
        with pytest.raises(sns.exceptions.UserErrorException):
            sns.create_sms_sandbox_phone_number(PhoneNumber="+447418006000")
        pages = sns.get_paginator("list_sms_sandbox_phone_numbers").paginate(MaxResults=4)
        assert [len(page["PhoneNumbers"]) for page in pages] == [4, 4, 2]

    def test_no_account_is_in_the_sandbox(self, sns):
        """Messages reach every number."""
        assert sns.get_sms_sandbox_account_status()["IsInSandbox"] is False


class TestApplications:
    """Platform applications."""

    def test_secrets_are_not_shown(self, sns, application):
        """What else was set is."""
        sns.set_platform_application_attributes(
            PlatformApplicationArn=application, Attributes={"SuccessFeedbackSampleRate": "5"}
        )
        shown = sns.get_platform_application_attributes(PlatformApplicationArn=application)
        assert shown["Attributes"] == {"Enabled": "true", "SuccessFeedbackSampleRate": "5"}
        (listed,) = sns.list_platform_applications()["PlatformApplications"]
        assert listed["PlatformApplicationArn"] == application
        assert listed["PlatformApplicationArn"].endswith(":app/GCM/shop")

    @pytest.mark.parametrize(
        "change",
        [
            {"Platform": "Pigeon"},
            {"Name": "a b"},
            {"Attributes": {}},
            {"Attributes": {"PlatformCredential": "s", "Colour": "red"}},
            {"Attributes": {"PlatformCredential": "s", "SuccessFeedbackSampleRate": "101"}},
        ],
    )
    def test_applications_that_are_none(self, sns, error_of, change):
        """They are refused."""
        given = {"Name": "a", "Platform": "GCM", "Attributes": {"PlatformCredential": "s"}}
        error = error_of(sns.create_platform_application, **{**given, **change})["Error"]
        assert error["Code"] == "InvalidParameter"

    def test_creating_twice(self, sns, application, error_of):
        """The same is found, another one is refused."""
        given = {"Name": "shop", "Platform": "GCM"}
        again = sns.create_platform_application(
            **given, Attributes={"PlatformCredential": "secret"}
        )
        assert again["PlatformApplicationArn"] == application
        call = sns.create_platform_application
        error = error_of(call, **given, Attributes={"PlatformCredential": "other"})["Error"]
        assert "already exists with different attributes" in error["Message"]

    def test_a_deleted_application_takes_its_devices_along(
        self, sns, application, register, error_of
    ):
        """Deleting it once more is no error."""
        device = register()
        for _ in range(2):
            sns.delete_platform_application(PlatformApplicationArn=application)
        error = error_of(sns.get_endpoint_attributes, EndpointArn=device)["Error"]
        assert error["Message"] == "Endpoint does not exist"
        assert sns.list_platform_applications()["PlatformApplications"] == []


class TestDevices:
    """Platform endpoints."""

    def test_a_device_shows_what_it_was_registered_with(self, sns, register):
        """It is enabled."""
        device = register(CustomUserData="ada")
        shown = sns.get_endpoint_attributes(EndpointArn=device)["Attributes"]
        assert shown == {"Enabled": "true", "Token": "token-1", "CustomUserData": "ada"}

    def test_registering_twice(self, register, error_of):
        """The same token must come with the same attributes."""
        device = register(CustomUserData="ada")
        assert register(CustomUserData="ada") == device
        error = error_of(register, CustomUserData="bob")["Error"]
        assert error["Message"] == (
            f"Invalid parameter: Token Reason: Endpoint {device} already exists with the same Token, "
            "but different attributes."
        )

    def test_a_message_to_a_device(self, fakeaws, sns, register):
        """It gets the text for its platform."""
        device = register()
        answer = sns.publish(
            TargetArn=device,
            Message='{"default": "for all", "GCM": "for phones"}',
            MessageStructure="json",
        )
        (push,) = fakeaws.outbox.pushes
        assert (push.recipient, push.token, push.platform, push.body) == (
            device,
            "token-1",
            "GCM",
            "for phones",
        )
        assert (push.notification_id, push.topic) == (answer["MessageId"], None)

    def test_a_device_that_is_disabled(self, fakeaws, sns, register, topic, error_of):
        """It takes nothing until it is enabled again."""
        device = register()
        topic.subscribe(device)
        sns.set_endpoint_attributes(EndpointArn=device, Attributes={"Enabled": "false"})
        error = error_of(sns.publish, TargetArn=device, Message="m")["Error"]
        assert (error["Code"], error["Message"]) == ("EndpointDisabled", "Endpoint is disabled")
        topic.publish("lost")
        assert fakeaws.outbox.pushes == []
        sns.set_endpoint_attributes(EndpointArn=device, Attributes={"Enabled": "true"})
        topic.publish("found")
        assert [push.body for push in fakeaws.outbox.pushes] == ["found"]
        assert fakeaws.outbox.pushes[0].topic == topic.arn

    def test_an_application_that_is_disabled(self, sns, application, register, error_of):
        """None of its devices takes anything."""
        device = register()
        sns.set_platform_application_attributes(
            PlatformApplicationArn=application, Attributes={"Enabled": "false"}
        )
        error = error_of(sns.publish, TargetArn=device, Message="m")["Error"]
        assert error["Code"] == "PlatformApplicationDisabled"

    def test_devices_come_in_pages(self, sns, application, register):
        """A hundred each."""
        arns = {register(f"token-{number}") for number in range(101)}
        paginator = sns.get_paginator("list_endpoints_by_platform_application")
        pages = [
            page["Endpoints"] for page in paginator.paginate(PlatformApplicationArn=application)
        ]
        assert [len(page) for page in pages] == [100, 1]
        assert {one["EndpointArn"] for page in pages for one in page} == arns

    def test_a_device_that_was_deleted(self, sns, register, error_of):
        """Deleting it once more is no error; publishing to it is."""
        device = register()
        for _ in range(2):
            sns.delete_endpoint(EndpointArn=device)
        error = error_of(sns.publish, TargetArn=device, Message="m")["Error"]
        assert "No endpoint found for the target arn specified" in error["Message"]

    @pytest.mark.parametrize(
        "attributes", [{"Colour": "red"}, {"Enabled": "maybe"}, {"CustomUserData": "ä" * 1_025}]
    )
    def test_attributes_that_are_none(self, sns, register, error_of, attributes):
        """They are refused."""
        device = register()
        call = sns.set_endpoint_attributes
        error = error_of(call, EndpointArn=device, Attributes=attributes)["Error"]
        assert error["Code"] == "InvalidParameter"

    def test_a_token_that_another_device_has(self, sns, register, error_of):
        """It cannot be taken."""
        register("token-2")
        call = sns.set_endpoint_attributes
        given = {"EndpointArn": register("token-1"), "Attributes": {"Token": "token-2"}}
        assert "already exists with the same Token" in error_of(call, **given)["Error"]["Message"]


def _statuses(sns):
    return {
        one["PhoneNumber"]: one["Status"]
        for one in sns.list_sms_sandbox_phone_numbers()["PhoneNumbers"]
    }
