"""A crawler on asyncio: pages to visit come from a queue, links found go back to it."""
