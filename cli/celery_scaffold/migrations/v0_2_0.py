"""0.2.0 brings updates: `.gitattributes` for the record, and `make env` that completes an `.env`."""

from __future__ import annotations

from celery_scaffold.migrations.migration import Migration

MIGRATION = Migration(
    "0.2.0",
    notes=(
        "URLs with half of TLS are refused at the start, and so is a PostgreSQL elsewhere without sslmode: see README",
    ),
)
