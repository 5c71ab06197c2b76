"""The geocoding service, which answers one address at a time and is not always there."""


class Busy(Exception):
    """Too many requests; trying later helps."""


def locate(address):
    """Latitude and longitude of an address."""
    digits = sum(map(ord, address))
    return digits % 180 - 90, digits % 360 - 180
