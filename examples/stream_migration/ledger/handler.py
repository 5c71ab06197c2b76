"""The consumer. On the stream one bad record stopped everything behind it; here only its own account."""

import json
from decimal import Decimal

balances = {}


def handler(event, context):
    """Book a batch in order; report what failed, and everything behind it of the same account."""
    failed_accounts = set()
    failures = []
    for record in event["Records"]:
        account = record["attributes"]["MessageGroupId"]
        if account in failed_accounts or not book(account, record):
            failed_accounts.add(account)
            failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}


def book(account, record):
    """Book one record; returns whether that went well."""
    try:
        amount = Decimal(json.loads(record["body"])["amount"])
    except (KeyError, ValueError, ArithmeticError):
        return False
    balances[account] = balances.get(account, Decimal(0)) + amount
    return True
