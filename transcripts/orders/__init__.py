"""What a caller wants of a recording: words of a form or query or values of JSON, checked once for every face."""

from .options import OPTIONS, PROFILES, asked, engine_options
from .order import LISTS, NAMES, Order, order, revised
from .values import TEXT_LENGTH, boolean

__all__ = [
    "LISTS",
    "NAMES",
    "OPTIONS",
    "PROFILES",
    "TEXT_LENGTH",
    "Order",
    "asked",
    "boolean",
    "engine_options",
    "order",
    "revised",
]
