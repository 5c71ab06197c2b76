"""Resource policies, read as AWS reads them: who may do what."""

import json

import pytest

from pytest_fakeaws.errors import NotSimulated
from pytest_fakeaws.services.policies import Guard, Request, context_of, permits

US, THEM = "123456789012", "210987654321"
QUEUE = f"arn:aws:sqs:us-east-1:{US}:orders"


def ask(policy, *, account=THEM, action="sqs:SendMessage", resource=QUEUE, **context):
    """Whether a policy of ours lets a request through; keys of the context are spelled with `__`."""
    keys = {name.replace("__", ":"): value for name, value in context.items()}
    request = Request(account, action, resource, {**context_of(account), **keys})
    text = None if policy is None else json.dumps({"Version": "2012-10-17", "Statement": policy})
    return permits(text, US, request)


def allow(**elements):
    """A statement that allows everybody everything, but for *elements*."""
    return {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*", **elements}


# Who decides


def test_the_owner_may_without_a_policy():
    """Inside one account everything is allowed."""
    assert ask(None, account=US)


def test_a_stranger_may_not_without_a_policy():
    """Across accounts a policy must allow it."""
    assert not ask(None)


def test_a_stranger_may_if_a_statement_allows_it():
    """One is enough."""
    assert ask([allow(Action="sqs:ReceiveMessage"), allow(Action="sqs:SendMessage")])


@pytest.mark.parametrize("account", [US, THEM])
def test_a_denial_beats_everything(account):
    """Any allowance, in any order, and the owner's own right."""
    assert not ask([allow(Effect="Deny"), allow()], account=account)


def test_a_denial_of_something_else_does_not_matter():
    """Only statements that apply count."""
    assert ask([allow(), allow(Effect="Deny", Action="sqs:DeleteQueue")])


def test_a_policy_may_have_a_single_statement():
    """Statement is a list, or one statement by itself."""
    assert ask(allow())


def test_a_policy_may_have_no_statement():
    """It then says nothing."""
    assert not permits("{}", US, Request(THEM, "sqs:SendMessage", QUEUE, {}))


# Principals


@pytest.mark.parametrize(
    "principal",
    [
        "*",
        {"AWS": "*"},
        {"AWS": THEM},
        {"AWS": f"arn:aws:iam::{THEM}:root"},
        {"AWS": f"arn:aws:iam::{THEM}:user/shop"},
        {"AWS": f"arn:aws:sts::{THEM}:assumed-role/shop/session"},
        {"AWS": f"arn:aws-cn:iam::{THEM}:root"},
        {"AWS": ["111111111111", THEM]},
        {"Service": "sns.amazonaws.com", "AWS": THEM},
    ],
)
def test_a_principal_is_everybody_or_an_account(principal):
    """In every shape that AWS has for it; all callers of an account count as its root."""
    assert ask([allow(Principal=principal)])


@pytest.mark.parametrize(
    "principal",
    [
        {"AWS": "111111111111"},
        {"AWS": f"arn:aws:iam::{US}:root"},
        {"AWS": []},
        {"AWS": f"{THEM}0"},
        {"Service": "sns.amazonaws.com"},
        {"Service": "*"},
        {"Federated": THEM},
    ],
)
def test_a_principal_is_nobody_else(principal):
    """Another account, or a service."""
    assert not ask([allow(Principal=principal)])


def test_everybody_may_be_meant_but_one():
    """NotPrincipal names those whom the statement is not about."""
    statement = {"Effect": "Allow", "NotPrincipal": {"AWS": US}, "Action": "*"}
    assert ask([statement])
    assert not ask([{**statement, "NotPrincipal": {"AWS": THEM}}])


def test_a_statement_without_principal_is_about_nobody():
    """A resource's policy must say whom it means."""
    assert not ask([{"Effect": "Allow", "Action": "*", "Resource": "*"}])


# Actions and resources


@pytest.mark.parametrize(
    "action",
    [
        "*",
        "sqs:*",
        "sqs:SendMessage",
        "SQS:SendMessage",
        "sqs:sendmessage",
        "sqs:Send*",
        "sqs:?end*",
    ],
)
def test_an_action_is_named_with_wildcards_in_any_case(action):
    """`*` is any text, `?` any character."""
    assert ask([allow(Action=action)])


@pytest.mark.parametrize("action", ["sqs:Send", "sns:*", "sqs:SendMessageBatch", "sqs:?", []])
def test_another_action_does_not_match(action):
    """A name is matched as a whole."""
    assert not ask([allow(Action=action)])


def test_an_action_may_be_one_of_several():
    """A list is an `or`."""
    assert ask([allow(Action=["sqs:ReceiveMessage", "sqs:SendMessage"])])


def test_every_action_may_be_meant_but_one():
    """NotAction names those that the statement is not about."""
    statement = {"Effect": "Allow", "Principal": "*", "NotAction": "sqs:DeleteMessage"}
    assert ask([statement])
    assert not ask([statement], action="sqs:DeleteMessage")


@pytest.mark.parametrize("resource", ["*", QUEUE, f"{QUEUE[:-3]}*", [QUEUE, "arn:aws:sqs:::x"]])
def test_a_resource_is_named_with_wildcards(resource):
    """By its ARN."""
    assert ask([allow(Resource=resource)])


@pytest.mark.parametrize("resource", [f"{QUEUE}-dlq", QUEUE.upper(), "arn:aws:sqs:*:orders2", "o*"])
def test_another_resource_does_not_match(resource):
    """Case counts in ARNs."""
    assert not ask([allow(Resource=resource)])


def test_brackets_are_no_wildcards():
    """They stand for themselves."""
    assert not ask([allow(Resource="arn:aws:sqs:us-east-[1]:*")])


def test_a_statement_without_resource_is_about_its_own():
    """A resource's policy need not name it."""
    assert ask([{"Effect": "Allow", "Principal": "*", "Action": "*"}])


def test_every_resource_may_be_meant_but_one():
    """NotResource names those that the statement is not about."""
    statement = {"Effect": "Allow", "Principal": "*", "Action": "*", "NotResource": f"{QUEUE}-*"}
    assert ask([statement])
    assert not ask([statement], resource=f"{QUEUE}-dlq")


# Conditions

TOPIC = "arn:aws:sns:us-east-1:123456789012:news"


@pytest.mark.parametrize(
    ("operator", "wanted"),
    [
        ("StringEquals", TOPIC),
        ("StringEquals", ["else", TOPIC]),
        ("StringEqualsIgnoreCase", TOPIC.upper()),
        ("StringLike", "*:news"),
        ("StringNotEquals", "else"),
        ("StringNotLike", ["*:sports", "*:weather"]),
        ("ArnEquals", TOPIC),
        ("ArnEquals", "arn:aws:sns:*:*:news"),
        ("ArnLike", "arn:aws:sns:us-east-1:123456789012:*"),
        ("ArnNotLike", "arn:aws:sqs:*"),
        ("StringEqualsIfExists", TOPIC),
    ],
)
def test_a_condition_may_hold(operator, wanted):
    """Any of several values is enough; for a negated operator none may match."""
    assert ask([allow(Condition={operator: {"aws:SourceArn": wanted}})], aws__sourcearn=TOPIC)


@pytest.mark.parametrize(
    ("operator", "wanted"),
    [
        ("StringEquals", TOPIC.upper()),
        ("StringEquals", "*"),
        ("StringLike", "*:NEWS"),
        ("StringNotEquals", ["else", TOPIC]),
        ("ArnLike", "arn:aws:sns:eu-*"),
        ("ArnNotEquals", TOPIC),
        ("StringEqualsIfExists", "else"),
    ],
)
def test_a_condition_may_not_hold(operator, wanted):
    """Then the statement does not apply."""
    assert not ask([allow(Condition={operator: {"aws:SourceArn": wanted}})], aws__sourcearn=TOPIC)


@pytest.mark.parametrize(
    ("operator", "holds"),
    [
        ("StringEquals", False),
        ("ArnLike", False),
        ("Bool", False),
        ("StringNotEquals", True),
        ("StringEqualsIfExists", True),
        ("ArnLikeIfExists", True),
        ("StringNotEqualsIfExists", True),
    ],
)
def test_a_condition_on_a_key_that_is_not_there(operator, holds):
    """It holds if it is negated, or only meant for requests that have the key."""
    assert ask([allow(Condition={operator: {"aws:SourceArn": "x"}})]) is holds


@pytest.mark.parametrize("key", ["aws:SourceArn", "AWS:SOURCEARN", "aws:sourceArn"])
def test_a_key_is_written_in_any_case(key):
    """Policies from all years have all spellings."""
    assert ask([allow(Condition={"ArnLike": {key: "*"}})], aws__sourcearn=TOPIC)


def test_all_conditions_of_a_statement_must_hold():
    """Operators and keys are an `and`."""
    both = {"StringEquals": {"aws:SourceArn": TOPIC, "aws:PrincipalAccount": THEM}}
    assert ask([allow(Condition=both)], aws__sourcearn=TOPIC)
    assert not ask([allow(Condition=both)], aws__sourcearn="else")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("aws:PrincipalAccount", THEM),
        ("aws:PrincipalArn", f"arn:aws:iam::{THEM}:root"),
        ("aws:SecureTransport", "true"),
    ],
)
def test_every_call_has_some_keys(key, value):
    """Who calls, and that the connection is encrypted."""
    assert ask([allow(Condition={"StringEquals": {key: value}})])


@pytest.mark.parametrize("insecure", ["false", False, "False"])
def test_a_call_without_encryption_may_be_denied(insecure):
    """The usual statement about it denies nothing here."""
    condition = {"Bool": {"aws:SecureTransport": insecure}}
    assert ask([allow(), allow(Effect="Deny", Condition=condition)])


@pytest.mark.parametrize(
    "operator", ["IpAddress", "NumericLessThan", "Null", "ForAnyValue:StringEquals"]
)
def test_an_operator_that_is_not_simulated_says_so(operator):
    """By its name, rather than guess."""
    with pytest.raises(NotSimulated, match=operator):
        ask([allow(Condition={operator: {"aws:SourceIp": "10.0.0.0/8"}})])


def test_an_operator_does_not_matter_where_nothing_needs_to_be_allowed():
    """The owner may without a statement."""
    condition = {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}
    assert ask([allow(Condition=condition)], account=US)


def test_an_operator_does_not_matter_where_its_statement_does_not_apply():
    """What it would say changes nothing."""
    condition = {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}
    assert ask([allow(), allow(Effect="Deny", Action="sqs:DeleteQueue", Condition=condition)])


# Services


def ask_for_topic(policy, *, strict=True, account=US):
    """Whether a policy of ours lets SNS in, for a topic of *account*."""
    source = f"arn:aws:sns:us-east-1:{account}:news"
    request = Guard(strict).request(account, "sqs:SendMessage", QUEUE, source)
    text = None if policy is None else json.dumps({"Statement": policy})
    return permits(text, US, request)


@pytest.mark.parametrize(("strict", "allowed"), [(True, False), (False, True)])
def test_a_service_is_the_account_only_where_nobody_is_strict(strict, allowed):
    """In AWS it is nobody's."""
    assert ask_for_topic(None, strict=strict) is allowed
    assert ask_for_topic([allow(Principal={"AWS": US})], strict=strict) is allowed


@pytest.mark.parametrize("strict", [True, False])
@pytest.mark.parametrize("account", [US, THEM])
def test_a_service_may_be_allowed_by_name(strict, account):
    """For resources of any account."""
    sns = {"Service": "sns.amazonaws.com"}
    assert ask_for_topic([allow(Principal=sns)], strict=strict, account=account)
    assert not ask_for_topic([allow(Effect="Deny", Principal=sns)], strict=strict, account=account)


@pytest.mark.parametrize(
    "principal", [{"Service": "sqs.amazonaws.com"}, {"Federated": "sns.amazonaws.com"}, {"AWS": []}]
)
def test_a_service_is_no_other(principal):
    """Its name must be that of a service."""
    assert not ask_for_topic([allow(Principal=principal)])


def test_a_negated_principal_includes_other_services():
    """All but the one that is named."""
    assert ask_for_topic([allow(NotPrincipal={"Service": "s3.amazonaws.com"})])
    assert not ask_for_topic([allow(NotPrincipal={"Service": "sns.amazonaws.com"})])


def test_an_empty_name_is_nobody():
    """An account that asks for itself is no service without a name."""
    assert not ask([allow(Principal={"Service": ""})])
    assert not ask([allow(Principal={"AWS": ""})])


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("aws:SourceArn", f"arn:aws:sns:us-east-1:{US}:news"),
        ("aws:SourceAccount", US),
        ("aws:PrincipalServiceName", "sns.amazonaws.com"),
    ],
)
def test_conditions_see_for_what_a_service_asks(key, value):
    """The resource and its account."""
    assert ask_for_topic([allow(Condition={"StringEquals": {key: value}})])
    assert not ask_for_topic([allow(Condition={"StringNotEquals": {key: value}})])
