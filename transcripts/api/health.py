"""`/health`: what the workers said of themselves, and what waits; beside it what supervisors and proxies ask."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from transcripts import readiness
from transcripts.courtesy import goes_first
from transcripts.models import Transcript, Worker

from .schema import health as schema


class HealthView(APIView):
    """For monitors and for people. Needs no key, tells no names."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(**schema.HEALTH)
    @goes_first
    def get(self, request: Request) -> Response:
        """Whether words can be had now: 200, or 503 without a live worker."""
        workers = list(Worker.objects.alive().order_by("started_at"))
        body = _service(workers) | _queue()
        return Response(body, status=status.HTTP_200_OK if workers else status.HTTP_503_SERVICE_UNAVAILABLE)


class LiveView(APIView):
    """For a supervisor that starts again what hangs. Looks at nothing: a database that is away is not its fault."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(**schema.LIVE)
    @goes_first
    def get(self, request: Request) -> Response:
        """This process answers."""
        return Response({"status": "live"})


class ReadyView(APIView):
    """For a balancer that sends work elsewhere, and for an installer that waits. Needs no key, tells no names."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(**schema.READY)
    def get(self, request: Request) -> Response:
        """Whether a recording could be taken, stored and transcribed now: 200, or 503 and what is in the way."""
        checks = readiness.checks()
        ready = all(check.ok for check in checks)
        body = {
            "status": "ready" if ready else "not ready",
            "checks": {check.name: {"ok": check.ok, "detail": check.detail} for check in checks},
        }
        return Response(body, status=status.HTTP_200_OK if ready else status.HTTP_503_SERVICE_UNAVAILABLE)


def _service(workers: list[Worker]) -> dict[str, Any]:
    if not workers:
        return {
            "status": "unavailable",
            "model": None,
            "model_revision": None,
            "models": [],
            "device": None,
            "gpu_available": False,
            "compute_type": None,
            "workers": 0,
            "running": 0,
            "version": settings.VERSION,
            "note": "No worker has reported within the last seconds. It may still be loading its model; see its log.",
        }
    first = workers[0]
    return {
        "status": "healthy",
        "model": first.model,
        "model_revision": first.model_revision or None,
        "models": list(dict.fromkeys(offer.name for worker in workers for offer in worker.offers)),
        "device": first.device_name,
        "gpu_available": first.gpu_available,
        "compute_type": first.compute_type,
        "workers": len(workers),
        "running": sum(worker.running_jobs for worker in workers),
        "version": first.version,
        **({"note": first.note} if first.note else {}),
    }


def _queue() -> dict[str, Any]:
    queued = Transcript.objects.queued()
    oldest = queued.order_by("created_at").values_list("created_at", flat=True).first()
    waited = 0.0 if oldest is None else (timezone.now() - oldest).total_seconds()
    return {"queue_depth": queued.count(), "oldest_waiting_seconds": round(max(waited, 0.0), 1)}
