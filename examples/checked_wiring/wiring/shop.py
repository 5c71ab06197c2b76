"""The shop's wiring: what the team deploys, and what its tests deploy too."""

from wiring.declared import Function, Queue, Subscription, Topic, Trigger, Wiring

orders = Topic("orders")
to_pack = Queue("to-pack", visibility_timeout=60)
to_bill = Queue("to-bill", visibility_timeout=60)
pack = Function("pack", "wiring.handlers.pack", timeout=10)
bill = Function("bill", "wiring.handlers.bill", timeout=10)

shop = Wiring(
    subscriptions=[Subscription(orders, to_pack), Subscription(orders, to_bill)],
    triggers=[Trigger(to_pack, pack), Trigger(to_bill, bill)],
)
