"""A view: what each account holds."""

import json

FIRST_VERSION = {"deposit": 1, "withdrawal": -1}
SECOND_VERSION = {**FIRST_VERSION, "fee": -1}
"""What each kind of event does to a balance. The first version forgot that fees are paid too."""


class Balances:
    """Computed from events."""

    def __init__(self, signs):
        self.signs = signs
        self.cents = {}

    def apply(self, event):
        """Take one event in."""
        sign = self.signs.get(event["kind"], 0)
        self.cents[event["account"]] = self.cents.get(event["account"], 0) + sign * event["cents"]

    def handler(self, event, context):
        """The function behind the view's queue."""
        for record in event["Records"]:
            self.apply(json.loads(record["body"]))
