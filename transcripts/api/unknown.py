"""Addresses below `/api/` that lead nowhere: said in JSON, as everything else there."""

from __future__ import annotations

from typing import Any

from django.urls.converters import StringConverter
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView


class Anything(StringConverter):
    """The rest of an address, line breaks too, which Django's own `path` leaves to the pages."""

    regex = r"(?s:.+)"


@extend_schema(exclude=True)
class UnknownView(APIView):
    """No such address, whatever the method. Needs no key: there is nothing to see."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Before the method is looked at.

        Raises:
            NotFound: always.
        """
        raise NotFound("There is no such address. /docs lists those that there are.")
