"""The numbers of SNS, each with its source.

`api` is the API reference, https://docs.aws.amazon.com/sns/latest/api/, `guide` the developer guide,
https://docs.aws.amazon.com/sns/latest/dg/.
"""

from __future__ import annotations

from typing import Final

NAME_LENGTH: Final = 256
"""Characters of a topic's name, with the suffix of a FIFO topic: api, API_CreateTopic.html."""

MESSAGE_SIZE: Final = (1_024, 1_048_576)
"""Bytes, the range of MaximumMessageSize: api, API_SetTopicAttributes.html."""

DEFAULT_MESSAGE_SIZE: Final = 262_144
"""Bytes of body and attributes: api, API_Publish.html."""

SUBJECT_LENGTH: Final = 100
"""Characters of a subject: api, API_Publish.html."""

DISPLAY_NAME_LENGTH: Final = 100
"""Characters of a display name: guide, sns-create-topic.html."""

SAMPLE_RATE: Final = (0, 100)
"""Percent of successful deliveries that are logged: api, API_SetTopicAttributes.html."""

RETRIES: Final = (0, 100)
"""Retries of an HTTP/S delivery policy: guide, sns-message-delivery-retries.html."""

DELAY_TARGET: Final = (1, 3_600)
"""Seconds of its shortest and its longest wait: guide, sns-message-delivery-retries.html."""

RETRYING: Final = 3_600
"""Seconds that all its retries may take: guide, sns-message-delivery-retries.html."""

AWS_MANAGED_RETRIES: Final = (3, (2, 1), (10, 1, 20), (100_000, 20))
"""Retries and seconds of each phase, for SQS, Lambda and Firehose: guide, sns-message-delivery-retries.html."""

CUSTOMER_MANAGED_RETRIES: Final = (0, (2, 10), (10, 10, 600), (38, 600))
"""The same for e-mail, text messages and mobile push: guide, sns-message-delivery-retries.html."""

HTTP_TIMEOUT: Final = 15
"""Seconds that an HTTP/S endpoint may take to answer: guide, SendMessageToHttp.prepare.html."""

TOKEN_AGE: Final = 2 * 86_400
"""Seconds for which a confirmation token is valid: api, API_ConfirmSubscription.html."""

CONTENT_TYPES: Final = (
    "application/atom+xml",
    "application/json",
    "application/octet-stream",
    "application/soap+xml",
    "application/x-www-form-urlencoded",
    "application/xhtml+xml",
    "application/xml",
    "text/css",
    "text/csv",
    "text/html",
    "text/plain",
    "text/xml",
)
"""What headerContentType can be, before a charset: guide, sns-message-delivery-retries.html."""

DEDUPLICATION: Final = 300
"""Seconds in which a FIFO topic delivers no message twice: api, API_Publish.html."""

ARCHIVE_DAYS: Final = (1, 365)
"""Days of an archive: guide, message-archiving-and-replay-topic-owner.html."""

REPLAYED_PER_SECOND: Final = 500
"""Messages of a replay: chosen, no source says."""

FILTER_POLICY_SIZE: Final = 262_144
"""Bytes of a filter policy: guide, subscription-filter-policy-constraints.html."""

FILTER_POLICY_KEYS: Final = 5
"""Keys of a filter policy, of nested ones the outermost: guide, subscription-filter-policy-constraints.html."""

FILTER_POLICY_COMBINATIONS: Final = 150
"""The product of how many values each key has: guide, subscription-filter-policy-constraints.html."""

FILTER_POLICIES: Final = (200, 10_000)
"""Filter policies of a topic, and of an account in a region: guide, subscription-filter-policy-constraints.html."""

GROUP_ID_LENGTH: Final = 128
"""Characters of MessageGroupId and MessageDeduplicationId: api, API_Publish.html."""

BATCH_ENTRIES: Final = 10
"""Entries of a batch: api, API_PublishBatch.html."""

BATCH_ID_LENGTH: Final = 80
"""Characters of a batch entry's id: api, API_PublishBatchRequestEntry.html."""

ATTRIBUTE_NAME_LENGTH: Final = 256
"""Characters of a message attribute's name: guide, sns-message-attributes.html."""

SMS_LENGTH: Final = 1_600
"""Characters of a text message: api, API_Publish.html."""

LARGE_TOPIC_SUBSCRIPTIONS: Final = 100
"""Subscriptions of a topic whose messages may be longer than 256 KiB: api, API_SetTopicAttributes.html."""

LIST_PAGE: Final = 100
"""Things in a page of a listing: api, API_ListTopics.html and its like."""

SANDBOX_PAGE: Final = (1, 100)
"""Telephone numbers in a page: api, API_ListSMSSandboxPhoneNumbers.html."""

ORIGINATION_PAGE: Final = (1, 30)
"""Origination numbers in a page: api, API_ListOriginationNumbers.html."""

TAGS: Final = 50
"""Tags of a topic: api, API_TagResource.html."""

TAG_KEY_LENGTH: Final = (1, 128)
"""Characters of a tag's key: api, API_Tag.html."""

TAG_VALUE_LENGTH: Final = 256
"""Characters of a tag's value: api, API_Tag.html."""

DATA_PROTECTION_POLICY_LENGTH: Final = 30_720
"""Characters of a data protection policy: api, API_PutDataProtectionPolicy.html."""

USER_DATA_LENGTH: Final = 2_048
"""Bytes of a platform endpoint's CustomUserData: api, API_CreatePlatformEndpoint.html."""

PASSWORD_AGE: Final = 15 * 60
"""Seconds for which a one-time password is valid: guide, sns-sms-sandbox-verifying-phone-numbers.html."""

SANDBOX_NUMBERS: Final = 10
"""Telephone numbers of a sandbox: guide, sns-sms-sandbox.html."""

VERIFIED_FOR: Final = 86_400
"""Seconds before a verified number can be deleted: guide, sns-sms-sandbox-verifying-phone-numbers.html."""

OPT_IN_INTERVAL: Final = 30 * 86_400
"""Seconds before a number can be opted in again: api, API_OptInPhoneNumber.html."""
