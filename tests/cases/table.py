"""The table: every case, in the order of the page."""

from __future__ import annotations

from cases import paths, surroundings, texts

CASES = (*texts.CASES, *paths.CASES, *surroundings.CASES)
