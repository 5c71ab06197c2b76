"""What an operator runs once the fault is mended."""

import boto3


def redrive(dead_letter_queue_arn):
    """Move all dead letters back to the queues that they came from."""
    boto3.client("sqs").start_message_move_task(SourceArn=dead_letter_queue_arn)
