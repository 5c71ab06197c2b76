"""Reports that take a while to be made, fetched by messages that come due later."""
