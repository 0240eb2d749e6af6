"""The table of update cases, and what is needed to run it against any tool that updates projects from templates."""

from __future__ import annotations

from cases import paths, surroundings, texts

CASES = (*texts.CASES, *paths.CASES, *surroundings.CASES)
