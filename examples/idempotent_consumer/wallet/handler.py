"""The function: books credits, each once, however often its message comes."""

import json
import os

from aws_lambda_powertools.utilities.idempotency import (
    DynamoDBPersistenceLayer,
    IdempotencyConfig,
    idempotent_function,
)

balances = {}

# Made at import, as in production: the client in it reaches whatever AWS is there when it is used.
layer = DynamoDBPersistenceLayer(table_name=os.environ.get("IDEMPOTENCY_TABLE", "idempotency"))
config = IdempotencyConfig(event_key_jmespath="credit_id", expires_after_seconds=3600)


@idempotent_function(data_keyword_argument="credit", persistence_store=layer, config=config)
def book(*, credit):
    """Add to a balance; returns the new one."""
    balances[credit["owner"]] = balances.get(credit["owner"], 0) + credit["cents"]
    return balances[credit["owner"]]


def handler(event, context):
    """Book all credits of a batch."""
    config.register_lambda_context(context)
    for record in event["Records"]:
        book(credit=json.loads(record["body"]))
