"""Consumes a queue with several threads, and stops cleanly."""

import logging
import threading

import boto3

logger = logging.getLogger(__name__)


class Consumer:
    """Hands each message to *send*; `stop` waits for those that are being sent."""

    def __init__(self, queue_url, send, workers=4):
        self.queue_url = queue_url
        self.send = send
        self._sqs = boto3.client("sqs")
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._work, name=f"mailroom-{number}")
            for number in range(workers)
        ]

    def start(self):
        for thread in self._threads:
            thread.start()

    def stop(self):
        self._stopping.set()
        for thread in self._threads:
            thread.join()

    def _work(self):
        while not self._stopping.is_set():
            polled = self._sqs.receive_message(QueueUrl=self.queue_url, WaitTimeSeconds=20)
            for message in polled.get("Messages", []):
                self._handle(message)

    def _handle(self, message):
        try:
            self.send(message["Body"])
        except Exception:
            logger.exception("not sent; it will come back")
        else:
            self._sqs.delete_message(
                QueueUrl=self.queue_url, ReceiptHandle=message["ReceiptHandle"]
            )
