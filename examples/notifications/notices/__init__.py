"""Notices to customers, on whatever channel they have chosen."""
