"""What `/docs` says of every route.

One file for each resource: the bodies that it takes and gives (serializers, which the views use too), and for each
operation a dict of what `extend_schema` is told, by the name that the view gives it: `@extend_schema(**schema.LIST)`.
`docs/openapi.json` is the outcome; `tests/api/test_schema.py` compares it and knows the command that writes it anew.
"""

from . import security

__all__ = ["security"]
