"""The numbers of Lambda, each with its source.

`api` is the API reference, https://docs.aws.amazon.com/lambda/latest/api/, `guide` the developer
guide, https://docs.aws.amazon.com/lambda/latest/dg/.
"""

from __future__ import annotations

from typing import Final

TIMEOUT: Final = (1, 900)
"""Seconds a handler may take: guide, gettingstarted-limits.html."""

MEMORY: Final = (128, 10_240)
"""MB: guide, gettingstarted-limits.html."""

NAME_LENGTH: Final = 64
"""Characters of a function's name: api, API_CreateFunction.html."""

SYNCHRONOUS_PAYLOAD: Final = 6_291_456
"""Bytes of a synchronous request: guide, gettingstarted-limits.html."""

RESPONSE_PAYLOAD: Final = 6_291_556
"""Bytes of a synchronous response, by the text of its error."""

BATCH_SIZE: Final = (1, 10_000)
"""Messages of a batch from a standard queue: guide, services-sqs-parameters.html."""

BATCH_SIZE_WITHOUT_WINDOW: Final = 10
"""Messages of a batch when there is no batching window: guide, services-sqs-parameters.html."""

CONCURRENT_BATCHES: Final = 5
"""Batches in progress when a mapping starts: guide, services-sqs-scaling.html."""

MAXIMUM_CONCURRENCY: Final = (2, 1_000)
"""Range of a mapping's ScalingConfig.MaximumConcurrency: api, API_ScalingConfig.html."""

MAPPINGS_PAGE: Final = 100
"""Mappings of a ListEventSourceMappings answer: api, API_ListEventSourceMappings.html."""

FUNCTIONS_PAGE: Final = 50
"""Functions of a ListFunctions answer: api, API_ListFunctions.html."""
