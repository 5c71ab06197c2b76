"""A ferry: bookings get a seat and a letter, one each, whatever goes wrong on the way."""
