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
"""Messages of a batch when there is no batching window, and of a FIFO queue: the same page."""

BATCH_SIZE_OF_OTHERS: Final = 100
"""Records of a batch from a source that is no queue, unless said: api, API_CreateEventSourceMapping.html."""

WINDOW: Final = (0, 300)
"""Seconds that a batch is gathered: api, API_CreateEventSourceMapping.html."""

WINDOW_VISIBILITY: Final = 30
"""Seconds that messages stay hidden longer than window and timeout together: guide, with-sqs.html (2023)."""

RECEIVED_AT_ONCE: Final = 10
"""Messages that a poller receives at once, as anybody does."""

FILTERS: Final = 5
"""Filters of a mapping: guide, invocation-eventfiltering.html."""

FILTER_PATTERN: Final = 4_096
"""Characters of a filter's pattern: api, API_Filter.html."""

BATCHES: Final = (5, 1_250)
"""Batches in progress when a mapping starts, and at the most: guide, services-sqs-scaling.html."""

BATCHES_STEP: Final = 300
"""How many more there may be after a minute: the same page."""

BATCHES_STEP_AFTER: Final = 60
"""Seconds of backlog after which there are."""

POLLERS_LEAST: Final = (2, 200)
"""Range of the MinimumPollers of a queue: api, API_ProvisionedPollerConfig.html."""

POLLERS_MOST: Final = (2, 10_000)
"""Range of its MaximumPollers: the same page."""

POLLERS_UNSAID: Final = (2, 200)
"""Both, unless said: the same page."""

INVOCATIONS_OF_POLLER: Final = 10
"""Invocations at once of a provisioned poller: guide, services-sqs-scaling.html."""

PROVISIONED_STEP: Final = 1_000
"""How many more of them there may be after a minute: the same page."""

MAXIMUM_CONCURRENCY: Final = (2, 1_000)
"""Range of a mapping's ScalingConfig.MaximumConcurrency: api, API_ScalingConfig.html."""

MAPPINGS_PAGE: Final = 100
"""Mappings of a ListEventSourceMappings answer: api, API_ListEventSourceMappings.html."""

FUNCTIONS_PAGE: Final = 50
"""Functions of a ListFunctions answer: api, API_ListFunctions.html."""

NEW_REFERENCE_LENGTH: Final = 140
"""Characters of the FunctionName of CreateFunction: api, API_CreateFunction.html."""

QUALIFIER_LENGTH: Final = 128
"""Characters of a version or alias: api, API_GetFunction.html."""

HANDLER_LENGTH: Final = 128
"""Characters of the Handler setting: api, API_CreateFunction.html."""

DESCRIPTION_LENGTH: Final = 256
"""Characters of a description: api, API_CreateFunction.html."""

EPHEMERAL_STORAGE: Final = (512, 10_240)
"""MB of /tmp: api, API_EphemeralStorage.html."""

ENVIRONMENT: Final = 4_096
"""Bytes of all environment variables as JSON: guide, gettingstarted-limits.html."""

ZIPPED: Final = 70_167_211
"""Bytes of a request with a package in it, by the text of its error; the guide says 50 MB."""

UNZIPPED: Final = 262_144_000
"""Bytes of a package and its layers, unzipped: guide, gettingstarted-limits.html."""

LAYERS: Final = 5
"""Layers of a function: guide, gettingstarted-limits.html."""

LOG_TAIL: Final = 4_096
"""Bytes of log in the answer of an invocation: api, API_Invoke.html."""

CLIENT_CONTEXT: Final = 3_583
"""Bytes of a client context, in Base64: api, API_Invoke.html."""

LIST_PAGE: Final = 50
"""Items of most lists' answers: api, API_ListVersionsByFunction.html and others."""

TAGS: Final = 50
"""Tags of a function: guide, configuration-tags.html."""

EVENT_PAYLOAD: Final = 1_048_576
"""Bytes of an asynchronous request: guide, gettingstarted-limits.html."""

OLD_EVENT_PAYLOAD: Final = 262_144
"""Bytes of a request of the old InvokeAsync: api, API_InvokeAsync.html."""

RETRY_ATTEMPTS: Final = (0, 2)
"""Retries of an asynchronous event whose function fails: api, API_PutFunctionEventInvokeConfig.html."""

RETRY_WAITS: Final = (60, 120)
"""Seconds before those retries: guide, invocation-async-error-handling.html."""

THROTTLE_WAITS: Final = (1, 300)
"""Seconds before the first and before later retries of a throttled event: the same page."""

EVENT_AGE: Final = (60, 21_600)
"""Seconds that an asynchronous event is kept; the most unless said: the same API."""

DEAD_LETTER_ERROR: Final = 1_024
"""Bytes of an error in a dead letter: guide, invocation-async-retain-records.html."""

CONCURRENCY: Final = 1_000
"""Invocations of an account and region at once: guide, gettingstarted-limits.html."""

UNRESERVED_CONCURRENCY: Final = 100
"""What must be left of them for functions without a share of their own: guide, lambda-concurrency.html."""

STATEMENT_ID_LENGTH: Final = 100
"""Characters of the id of a policy's statement: api, API_AddPermission.html."""

INIT: Final = 10
"""Seconds that the Init phase may take: guide, lambda-runtime-environment.html."""

RECURSION: Final = 16
"""Invocations of a function in one chain, before it is stopped: guide, invocation-recursion.html."""

CODE_OF_ACCOUNT: Final = 80_530_636_800
"""Bytes of all packages of an account: guide, gettingstarted-limits.html."""

UPLOADED: Final = 52_428_800
"""Bytes of a package in a request: guide, gettingstarted-limits.html."""

CORS_AGE: Final = (0, 86_400)
"""Seconds that a browser may remember what a function URL allows: api, API_Cors.html."""

CORS_LENGTHS: Final = {
    "AllowHeaders": 100,
    "AllowMethods": 6,
    "AllowOrigins": 100,
    "ExposeHeaders": 100,
}
"""Entries of its lists: api, API_Cors.html."""

POLICY: Final = 20_480
"""Characters of a resource's policy: guide, gettingstarted-limits.html."""

TENANT_LENGTH: Final = 256
"""Characters of a tenant's id: api, API_Invoke.html."""
