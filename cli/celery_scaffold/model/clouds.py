"""Clouds that a project may run in."""

from __future__ import annotations

CLOUDS = {
    "aws": "Amazon Web Services",
    "gcp": "Google Cloud",
    "azure": "Microsoft Azure",
}
