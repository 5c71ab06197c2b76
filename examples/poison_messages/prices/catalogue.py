"""The catalogue: what each article costs."""

from decimal import Decimal

prices = {}


def apply(update):
    """Set the price that a supplier's update names."""
    prices[update["article"]] = Decimal(update["price"])
