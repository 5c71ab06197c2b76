"""A program that calls every simulated operation, for whoever compares two ways to call them."""

import io
import json
import zipfile

from botocore.session import get_session

SERVICES = ("sqs", "sns", "lambda", "logs")
"""What it calls."""


ATTRIBUTES = {
    "kind": {"DataType": "String", "StringValue": "<a> & \r\u00e4"},
    "blob": {"DataType": "Binary", "BinaryValue": b"\x00\xff"},
}
"""Of messages, and hard to carry."""


def program(aws):  # noqa: PLR0915 - one call after another
    """Calls of all operations, and some errors: yields each, and is sent its answer."""
    base = "https://sqs.us-east-1.amazonaws.com/123456789012"
    url, dead = f"{base}/orders", f"{base}/dead"
    dead_arn = "arn:aws:sqs:us-east-1:123456789012:dead"
    redrive = json.dumps({"deadLetterTargetArn": dead_arn, "maxReceiveCount": 1})
    entries = [{"Id": name, "MessageBody": name} for name in "abc"]
    aws.create_function("work", lambda event, context: event["n"] / 2)

    yield "sqs", "create_queue", {"QueueName": "dead"}
    yield "sqs", "create_queue", {"QueueName": "orders", "Attributes": {"RedrivePolicy": redrive}}
    yield "sqs", "get_queue_url", {"QueueName": "orders"}
    yield "sqs", "get_queue_url", {"QueueName": "nobody"}
    yield "sqs", "list_queues", {}
    yield "sqs", "list_dead_letter_source_queues", {"QueueUrl": dead}
    yield "sqs", "set_queue_attributes", {"QueueUrl": url, "Attributes": {"DelaySeconds": "0"}}
    yield "sqs", "get_queue_attributes", {"QueueUrl": url, "AttributeNames": ["All"]}
    yield "sqs", "tag_queue", {"QueueUrl": url, "Tags": {"team": "a", "stage": "b"}}
    yield "sqs", "untag_queue", {"QueueUrl": url, "TagKeys": ["team"]}
    yield "sqs", "list_queue_tags", {"QueueUrl": url}
    grant = {"Label": "l", "AWSAccountIds": ["111122223333"], "Actions": ["SendMessage"]}
    yield "sqs", "add_permission", {"QueueUrl": url, **grant}
    yield "sqs", "remove_permission", {"QueueUrl": url, "Label": "l"}
    trace = "Root=1-5e3d83c1-e6a0db584850d61342823d4c"
    yield (
        "sqs",
        "send_message",
        {
            "QueueUrl": url,
            "MessageBody": "first",
            "MessageAttributes": ATTRIBUTES,
            "MessageSystemAttributes": {
                "AWSTraceHeader": {"DataType": "String", "StringValue": trace}
            },
        },
    )
    yield "sqs", "send_message", {"QueueUrl": url, "MessageBody": ""}
    yield "sqs", "send_message_batch", {"QueueUrl": url, "Entries": entries}
    everything = {"AttributeNames": ["All"], "MessageAttributeNames": ["All"]}
    ten = {"QueueUrl": url, "MaxNumberOfMessages": 10, **everything}
    got = yield "sqs", "receive_message", ten
    handles = [message["ReceiptHandle"] for message in got["Messages"]]
    one = {"QueueUrl": url, "ReceiptHandle": handles[0]}
    yield "sqs", "change_message_visibility", {**one, "VisibilityTimeout": 50}
    yield "sqs", "delete_message", one
    later = [{"Id": "0", "ReceiptHandle": handles[1], "VisibilityTimeout": 0}]
    yield "sqs", "change_message_visibility_batch", {"QueueUrl": url, "Entries": later}
    gone = [{"Id": "0", "ReceiptHandle": handles[2]}]
    yield "sqs", "delete_message_batch", {"QueueUrl": url, "Entries": gone}
    yield "sqs", "receive_message", {"QueueUrl": url, "WaitTimeSeconds": 20}
    task = yield "sqs", "start_message_move_task", {"SourceArn": dead_arn}
    yield "sqs", "cancel_message_move_task", {"TaskHandle": task["TaskHandle"]}
    yield "sqs", "list_message_move_tasks", {"SourceArn": dead_arn}
    yield "sqs", "purge_queue", {"QueueUrl": url}
    yield "lambda", "invoke", {"FunctionName": "work", "Payload": b'{"n": 6}'}
    yield "lambda", "invoke", {"FunctionName": "work", "Payload": b"{}"}
    yield "lambda", "invoke", {"FunctionName": "nobody"}
    yield "lambda", "invoke_with_response_stream", {"FunctionName": "work", "Payload": b'{"n": 6}'}
    yield "lambda", "get_function", {"FunctionName": "work"}
    yield "lambda", "get_function_configuration", {"FunctionName": "work"}
    yield "lambda", "list_functions", {}
    source = {"EventSourceArn": dead_arn, "FunctionName": "work"}
    mapping = yield "lambda", "create_event_source_mapping", source
    yield "lambda", "get_event_source_mapping", {"UUID": mapping["UUID"]}
    yield "lambda", "update_event_source_mapping", {"UUID": mapping["UUID"], "BatchSize": 5}
    yield "lambda", "list_event_source_mappings", {}
    yield "lambda", "delete_event_source_mapping", {"UUID": mapping["UUID"]}
    parts = [versions, layers, permissions, settings, logs, topics, applications, phones]
    known = get_session().get_service_model("lambda").operation_names
    newer = {"CreateCapacityProvider": pools, "PutResourcePolicy": policies}
    parts += [part for operation, part in newer.items() if operation in known]
    for part in parts:
        yield from part()
    yield "lambda", "invoke_async", {"FunctionName": "work", "InvokeArgs": b'{"n": 6}'}
    yield "lambda", "delete_function", {"FunctionName": "work"}
    yield "sqs", "delete_queue", {"QueueUrl": url}


def package(text):
    """A deployment package with one module, `app`."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(zipfile.ZipInfo("app.py"), text)
    return packed.getvalue()


def versions():
    """Calls about the code of a function, its versions and its aliases."""
    app = {"FunctionName": "app"}
    code = {"ZipFile": package("def handler(event, context): return 1")}
    role = {"Role": "arn:aws:iam::123456789012:role/r", "Runtime": "python3.13"}
    yield "lambda", "create_function", {**app, **role, "Handler": "app.handler", "Code": code}
    yield "lambda", "update_function_code", {**app, "ZipFile": package("def handler(*_): return 2")}
    yield "lambda", "update_function_configuration", {**app, "Timeout": 5}
    yield "lambda", "publish_version", app
    yield "lambda", "list_versions_by_function", app
    alias = {**app, "Name": "live"}
    yield "lambda", "create_alias", {**alias, "FunctionVersion": "1"}
    yield "lambda", "update_alias", {**alias, "Description": "served"}
    yield "lambda", "get_alias", alias
    yield "lambda", "list_aliases", app
    live = {**app, "Qualifier": "live"}
    yield "lambda", "invoke", live
    provisioned = {**live, "ProvisionedConcurrentExecutions": 1}
    yield "lambda", "put_provisioned_concurrency_config", provisioned
    yield "lambda", "get_provisioned_concurrency_config", live
    yield "lambda", "list_provisioned_concurrency_configs", app
    yield "lambda", "delete_provisioned_concurrency_config", live
    yield "lambda", "delete_alias", alias


def layers():
    """Calls about layers and who may use them."""
    layer = {"LayerName": "shared"}
    first = {**layer, "VersionNumber": 1}
    yield "lambda", "publish_layer_version", {**layer, "Content": {"ZipFile": package("")}}
    yield "lambda", "list_layers", {}
    yield "lambda", "list_layer_versions", layer
    got = yield "lambda", "get_layer_version", first
    yield "lambda", "get_layer_version_by_arn", {"Arn": got["LayerVersionArn"]}
    grant = {"StatementId": "s", "Action": "lambda:GetLayerVersion", "Principal": "111122223333"}
    yield "lambda", "add_layer_version_permission", {**first, **grant}
    yield "lambda", "get_layer_version_policy", first
    yield "lambda", "remove_layer_version_permission", {**first, "StatementId": "s"}
    yield "lambda", "delete_layer_version", first


def permissions():
    """Calls about who may use a function, and how it is found."""
    work = {"FunctionName": "work"}
    arn = {"Resource": "arn:aws:lambda:us-east-1:123456789012:function:work"}
    grant = {"StatementId": "s", "Action": "lambda:InvokeFunction", "Principal": "111122223333"}
    yield "lambda", "add_permission", {**work, **grant}
    yield "lambda", "get_policy", work
    yield "lambda", "remove_permission", {**work, "StatementId": "s"}
    yield "lambda", "tag_resource", {**arn, "Tags": {"team": "a"}}
    yield "lambda", "list_tags", arn
    yield "lambda", "untag_resource", {**arn, "TagKeys": ["team"]}
    yield "lambda", "create_function_url_config", {**work, "AuthType": "NONE"}
    yield "lambda", "update_function_url_config", {**work, "AuthType": "AWS_IAM"}
    yield "lambda", "get_function_url_config", work
    yield "lambda", "list_function_url_configs", work
    yield "lambda", "delete_function_url_config", work


def settings():
    """Calls about how a function is run."""
    work = {"FunctionName": "work"}
    yield "lambda", "get_account_settings", {}
    yield "lambda", "put_function_concurrency", {**work, "ReservedConcurrentExecutions": 2}
    yield "lambda", "get_function_concurrency", work
    yield "lambda", "delete_function_concurrency", work
    yield "lambda", "put_function_event_invoke_config", {**work, "MaximumRetryAttempts": 1}
    yield "lambda", "update_function_event_invoke_config", {**work, "MaximumRetryAttempts": 0}
    yield "lambda", "get_function_event_invoke_config", work
    yield "lambda", "list_function_event_invoke_configs", work
    yield "lambda", "delete_function_event_invoke_config", work
    yield "lambda", "put_function_recursion_config", {**work, "RecursiveLoop": "Allow"}
    yield "lambda", "get_function_recursion_config", work
    yield "lambda", "put_runtime_management_config", {**work, "UpdateRuntimeOn": "Auto"}
    yield "lambda", "get_runtime_management_config", work
    profile = "arn:aws:signer:us-east-1:123456789012:/signing-profiles/p/abcdefghij"
    allowed = {"AllowedPublishers": {"SigningProfileVersionArns": [profile]}}
    made = yield "lambda", "create_code_signing_config", allowed
    signing = {"CodeSigningConfigArn": made["CodeSigningConfig"]["CodeSigningConfigArn"]}
    yield "lambda", "update_code_signing_config", {**signing, "Description": "d"}
    yield "lambda", "get_code_signing_config", signing
    yield "lambda", "list_code_signing_configs", {}
    yield "lambda", "put_function_code_signing_config", {**work, **signing}
    yield "lambda", "get_function_code_signing_config", work
    yield "lambda", "list_functions_by_code_signing_config", signing
    yield "lambda", "delete_function_code_signing_config", work
    yield "lambda", "delete_code_signing_config", signing


def logs():
    """Calls about what functions write."""
    group = {"logGroupName": "/aws/lambda/work"}
    yield "logs", "describe_log_groups", {}
    got = yield "logs", "describe_log_streams", group
    stream = {"logStreamName": got["logStreams"][0]["logStreamName"]}
    yield "logs", "get_log_events", {**group, **stream}
    yield "logs", "filter_log_events", {**group, "filterPattern": "REPORT"}


def topics():
    """Calls about topics, their subscriptions and what is published."""
    queue = {"Protocol": "sqs", "Endpoint": "arn:aws:sqs:us-east-1:123456789012:orders"}
    shown = {"Attributes": {"DisplayName": "<News> & \u00e4"}, "Tags": [{"Key": "a", "Value": "b"}]}
    made = yield "sns", "create_topic", {"Name": "news", **shown}
    topic, resource = {"TopicArn": made["TopicArn"]}, {"ResourceArn": made["TopicArn"]}
    yield "sns", "list_topics", {}
    yield "sns", "get_topic_attributes", topic
    name = {"AttributeName": "DisplayName", "AttributeValue": "]]> \r"}
    yield "sns", "set_topic_attributes", {**topic, **name}
    yield "sns", "tag_resource", {**resource, "Tags": [{"Key": "c", "Value": ""}]}
    yield "sns", "list_tags_for_resource", resource
    yield "sns", "untag_resource", {**resource, "TagKeys": ["a"]}
    grant = {"Label": "l", "AWSAccountId": ["111122223333"], "ActionName": ["Publish"]}
    yield "sns", "add_permission", {**topic, **grant}
    yield "sns", "remove_permission", {**topic, "Label": "l"}
    policy = {"Name": "p", "Version": "2021-06-01", "Statement": []}
    data_policy = {**resource, "DataProtectionPolicy": json.dumps(policy)}
    yield "sns", "put_data_protection_policy", data_policy
    yield "sns", "get_data_protection_policy", resource
    subscribed = yield "sns", "subscribe", {**topic, **queue, "ReturnSubscriptionArn": True}
    subscription = {"SubscriptionArn": subscribed["SubscriptionArn"]}
    yield "sns", "confirm_subscription", {**topic, "Token": "nobody's"}
    yield "sns", "list_subscriptions", {}
    yield "sns", "list_subscriptions_by_topic", topic
    raw = {"AttributeName": "RawMessageDelivery", "AttributeValue": "true"}
    yield "sns", "set_subscription_attributes", {**subscription, **raw}
    yield "sns", "get_subscription_attributes", subscription
    yield "sns", "publish", {**topic, "Message": "hello\r\n", "MessageAttributes": ATTRIBUTES}
    yield "sns", "publish", {**topic, "Message": ""}
    yield "sns", "publish", {"TopicArn": topic["TopicArn"] + "x", "Message": "to nobody"}
    entries = [
        {"Id": "1", "Message": "a", "MessageAttributes": ATTRIBUTES},
        {"Id": "2", "Message": ""},
    ]
    yield "sns", "publish_batch", {**topic, "PublishBatchRequestEntries": entries}
    yield "sns", "unsubscribe", subscription
    yield "sns", "delete_topic", topic


def applications():
    """Calls about applications of mobile platforms and their endpoints."""
    keys = {"PlatformPrincipal": "p", "PlatformCredential": "c"}
    app = {"Name": "app", "Platform": "GCM", "Attributes": keys}
    made = yield "sns", "create_platform_application", app
    application = {"PlatformApplicationArn": made["PlatformApplicationArn"]}
    enabled = {"Attributes": {"Enabled": "false"}}
    yield "sns", "set_platform_application_attributes", {**application, **enabled}
    yield "sns", "get_platform_application_attributes", application
    yield "sns", "list_platform_applications", {}
    endpoint = yield "sns", "create_platform_endpoint", {**application, "Token": "t"}
    named = {"EndpointArn": endpoint["EndpointArn"]}
    yield "sns", "set_endpoint_attributes", {**named, "Attributes": {"CustomUserData": "u"}}
    yield "sns", "get_endpoint_attributes", named
    yield "sns", "list_endpoints_by_platform_application", application
    yield "sns", "delete_endpoint", named
    yield "sns", "delete_platform_application", application


def phones():
    """Calls about text messages and who gets them."""
    number, sandboxed = {"phoneNumber": "+15555550100"}, {"PhoneNumber": "+15555550100"}
    yield "sns", "set_sms_attributes", {"attributes": {"DefaultSMSType": "Promotional"}}
    yield "sns", "get_sms_attributes", {"attributes": ["DefaultSMSType"]}
    yield "sns", "check_if_phone_number_is_opted_out", number
    yield "sns", "list_phone_numbers_opted_out", {}
    yield "sns", "opt_in_phone_number", number
    yield "sns", "list_origination_numbers", {}
    yield "sns", "get_sms_sandbox_account_status", {}
    yield "sns", "create_sms_sandbox_phone_number", sandboxed
    yield "sns", "list_sms_sandbox_phone_numbers", {}
    yield "sns", "verify_sms_sandbox_phone_number", {**sandboxed, "OneTimePassword": "12345"}
    yield "sns", "delete_sms_sandbox_phone_number", sandboxed


def pools():
    """Calls that only clients of newer versions know: about where functions run."""
    pool = {"CapacityProviderName": "pool"}
    role = "arn:aws:iam::123456789012:role/r"
    options = {
        "VpcConfig": {
            "SubnetIds": ["subnet-0123456789abcdef0"],
            "SecurityGroupIds": ["sg-01234567"],
        },
        "PermissionsConfig": {"CapacityProviderOperatorRoleArn": role},
    }
    scaling = {"CapacityProviderScalingConfig": {"MaxVCpuCount": 8}}
    yield "lambda", "create_capacity_provider", {**pool, **options}
    yield "lambda", "update_capacity_provider", {**pool, **scaling}
    yield "lambda", "get_capacity_provider", pool
    yield "lambda", "list_capacity_providers", {}
    yield "lambda", "list_function_versions_by_capacity_provider", pool
    yield "lambda", "delete_capacity_provider", pool
    version = {"FunctionName": "app", "Qualifier": "1"}
    config = {"FunctionScalingConfig": {"MinExecutionEnvironments": 1}}
    yield "lambda", "put_function_scaling_config", {**version, **config}
    yield "lambda", "get_function_scaling_config", version


def policies():
    """Calls that only clients of newer versions know: about whole policies."""
    resource = {"ResourceArn": "arn:aws:lambda:us-east-1:123456789012:function:work"}
    statement = {
        "Sid": "s",
        "Effect": "Allow",
        "Principal": {"AWS": "111122223333"},
        "Action": "lambda:InvokeFunction",
        "Resource": resource["ResourceArn"],
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    yield "lambda", "put_resource_policy", {**resource, "Policy": policy}
    yield "lambda", "get_resource_policy", resource
    yield "lambda", "delete_resource_policy", resource
    yield "lambda", "get_resource_policy", resource
