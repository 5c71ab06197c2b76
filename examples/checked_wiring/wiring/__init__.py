"""A shop whose wiring is declared once, and deployed and tested from the same declaration."""
