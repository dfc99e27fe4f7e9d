# WhisperHub in a container: `docker compose --profile cpu up` or `--profile gpu` (docs/containers.md).
# Linted and compared with deploy/systemd by tests/deploy/test_containers.py; not built in CI, where no container engine runs.
# Pinned by tag: where this was written no registry could be asked for the digest. To pin that too, put
# `@sha256:…` behind it, as `docker buildx imagetools inspect python:3.12.11-slim-bookworm` prints it.
ARG PYTHON=3.12.11-slim-bookworm

FROM python:${PYTHON} AS packages
# cpu, modern (compute capability 6.0 and newer) or legacy (5.0 to 5.2): docs/deploy.md
ARG PROFILE=cpu
WORKDIR /opt/whisper/current
COPY requirements.txt ./
COPY deploy/profiles/ deploy/profiles/
RUN python -m venv .venv \
    && .venv/bin/pip install --no-cache-dir --require-hashes -r requirements.txt \
    && case "$PROFILE" in \
        cpu) ;; \
        modern) .venv/bin/pip install --no-cache-dir --require-hashes -r deploy/profiles/modern.txt ;; \
        legacy) .venv/bin/pip install --no-cache-dir --no-deps --require-hashes -r deploy/profiles/legacy.txt ;; \
        *) echo "PROFILE must be cpu, modern or legacy, not $PROFILE" >&2; exit 1 ;; \
    esac

FROM python:${PYTHON}
# Numbers rather than names: who owns a volume is the same on every host.
RUN groupadd --system --gid 10001 whisper \
    && useradd --system --uid 10001 --gid whisper --home-dir /var/lib/whisper --create-home whisper
WORKDIR /opt/whisper/current
COPY --from=packages /opt/whisper/current/.venv .venv
COPY manage.py LICENSE ./
COPY demo/ demo/
COPY locale/ locale/
COPY static/ static/
COPY templates/ templates/
COPY transcripts/ transcripts/
COPY whisperhub/ whisperhub/
ENV PATH=/opt/whisper/current/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    WHISPERHUB_DATA_DIR=/var/lib/whisper \
    LD_LIBRARY_PATH=/opt/whisper/current/.venv/lib/python3.12/site-packages/nvidia/cublas/lib:/opt/whisper/current/.venv/lib/python3.12/site-packages/nvidia/cudnn/lib:/opt/whisper/current/.venv/lib/python3.12/site-packages/nvidia/cuda_nvrtc/lib
USER 10001:10001
VOLUME /var/lib/whisper
EXPOSE 8000
# 503 says that no worker is there yet; the web process itself is well.
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import http.client as h; c = h.HTTPConnection('127.0.0.1', 8000, timeout=4); c.request('GET', '/health'); raise SystemExit(c.getresponse().status not in (200, 503))"]
CMD ["gunicorn", "whisperhub.wsgi", "--config", "python:whisperhub.gunicorn", "--bind", "0.0.0.0:8000"]
