"""Warnings of client libraries that are about the machine and not about the project: filters of pytest."""

from __future__ import annotations

#: google-api-core, where the end of this Python is near or past (google/api_core/_python_version_support.py).
GOOGLE_PYTHON = "ignore:You are using a (non-supported )?Python version:FutureWarning"
