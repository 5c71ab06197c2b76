"""The operations of SNS by AWS's names: parameters in, result out."""

from __future__ import annotations

from collections.abc import Callable

from pytest_fakeaws.addresses import Place
from pytest_fakeaws.services.ports import Parameters, Result
from pytest_fakeaws.services.sns.directory import TopicDirectory
from pytest_fakeaws.services.sns.operations import (
    batches,
    data_protection,
    permissions,
    platform_applications,
    platform_endpoints,
    publishing,
    sandbox,
    sms,
    subscription_attributes,
    subscriptions,
    tags,
    topic_attributes,
    topics,
)

OPERATIONS: dict[str, Callable[[TopicDirectory, Place, Parameters], Result]] = {
    "CreateTopic": topics.create_topic,
    "DeleteTopic": topics.delete_topic,
    "ListTopics": topics.list_topics,
    "GetTopicAttributes": topic_attributes.get_topic_attributes,
    "SetTopicAttributes": topic_attributes.set_topic_attributes,
    "AddPermission": permissions.add_permission,
    "RemovePermission": permissions.remove_permission,
    "TagResource": tags.tag_resource,
    "UntagResource": tags.untag_resource,
    "ListTagsForResource": tags.list_tags_for_resource,
    "PutDataProtectionPolicy": data_protection.put_data_protection_policy,
    "GetDataProtectionPolicy": data_protection.get_data_protection_policy,
    "Subscribe": subscriptions.subscribe,
    "ConfirmSubscription": subscriptions.confirm_subscription,
    "Unsubscribe": subscriptions.unsubscribe,
    "ListSubscriptions": subscriptions.list_subscriptions,
    "ListSubscriptionsByTopic": subscriptions.list_subscriptions_by_topic,
    "GetSubscriptionAttributes": subscription_attributes.get_subscription_attributes,
    "SetSubscriptionAttributes": subscription_attributes.set_subscription_attributes,
    "Publish": publishing.publish,
    "PublishBatch": batches.publish_batch,
    "CreatePlatformApplication": platform_applications.create_platform_application,
    "GetPlatformApplicationAttributes": (platform_applications.get_platform_application_attributes),
    "SetPlatformApplicationAttributes": (platform_applications.set_platform_application_attributes),
    "DeletePlatformApplication": platform_applications.delete_platform_application,
    "ListPlatformApplications": platform_applications.list_platform_applications,
    "CreatePlatformEndpoint": platform_endpoints.create_platform_endpoint,
    "GetEndpointAttributes": platform_endpoints.get_endpoint_attributes,
    "SetEndpointAttributes": platform_endpoints.set_endpoint_attributes,
    "DeleteEndpoint": platform_endpoints.delete_endpoint,
    "ListEndpointsByPlatformApplication": (
        platform_endpoints.list_endpoints_by_platform_application
    ),
    "SetSMSAttributes": sms.set_sms_attributes,
    "GetSMSAttributes": sms.get_sms_attributes,
    "CheckIfPhoneNumberIsOptedOut": sms.check_if_phone_number_is_opted_out,
    "ListPhoneNumbersOptedOut": sms.list_phone_numbers_opted_out,
    "OptInPhoneNumber": sms.opt_in_phone_number,
    "ListOriginationNumbers": sms.list_origination_numbers,
    "GetSMSSandboxAccountStatus": sandbox.get_sms_sandbox_account_status,
    "CreateSMSSandboxPhoneNumber": sandbox.create_sms_sandbox_phone_number,
    "VerifySMSSandboxPhoneNumber": sandbox.verify_sms_sandbox_phone_number,
    "DeleteSMSSandboxPhoneNumber": sandbox.delete_sms_sandbox_phone_number,
    "ListSMSSandboxPhoneNumbers": sandbox.list_sms_sandbox_phone_numbers,
}
"""By name, each to be called with a directory, the caller's place and the parameters."""
