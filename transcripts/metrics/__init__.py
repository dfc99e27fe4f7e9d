"""`/metrics`: the hub in numbers, for Prometheus. docs/observability.md explains each."""
