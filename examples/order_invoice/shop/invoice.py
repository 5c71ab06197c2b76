"""The invoice function: one invoice for each order on the queue."""

from decimal import Decimal

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)

from shop import payments

logger = Logger(service="invoice")
processor = BatchProcessor(event_type=EventType.SQS)
invoices = {}


def write_invoice(record):
    """Charge the customer of one order, and note the invoice."""
    order = record.json_body
    cents = sum(int(Decimal(line["price"]) * 100) * line["quantity"] for line in order["lines"])
    invoices[order["id"]] = payments.charge(order["customer"], cents)
    logger.info("order invoiced", extra={"order_id": order["id"], "cents": cents})


@logger.inject_lambda_context
def handler(event, context):
    """Invoice a batch; orders that fail are reported, and come back on their own."""
    return process_partial_response(
        event=event, record_handler=write_invoice, processor=processor, context=context
    )
