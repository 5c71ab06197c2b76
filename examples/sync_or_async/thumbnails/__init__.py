"""Thumbnails, made while somebody waits or in the background: by the same function."""
