"""The numbers of SNS, each with its source.

`api` is the API reference, https://docs.aws.amazon.com/sns/latest/api/, `guide` the developer guide,
https://docs.aws.amazon.com/sns/latest/dg/.
"""

from __future__ import annotations

from typing import Final

NAME_LENGTH: Final = 256
"""Characters of a topic's name, with the suffix of a FIFO topic: api, API_CreateTopic.html."""

MESSAGE_SIZE: Final = (1_024, 1_048_576)
"""Bytes, the range of MaximumMessageSize: api, API_SetTopicAttributes.html."""

DEFAULT_MESSAGE_SIZE: Final = 262_144
"""Bytes of body and attributes: api, API_Publish.html."""

SUBJECT_LENGTH: Final = 100
"""Characters of a subject: api, API_Publish.html."""

DISPLAY_NAME_LENGTH: Final = 100
"""Characters of a display name: guide, sns-create-topic.html."""

SAMPLE_RATE: Final = (0, 100)
"""Percent of successful deliveries that are logged: api, API_SetTopicAttributes.html."""
