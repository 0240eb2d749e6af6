"""How far a broker or a backend may be trusted, and how far we have seen it."""

from __future__ import annotations

from enum import Enum


class Verdict(Enum):
    """What it is good for."""

    PRODUCTION = "production"
    CAVEATS = "with caveats"
    DEVELOPMENT = "development only"


class Proof(Enum):
    """What the generated configuration was run against in our tests."""

    SERVER = "the real server"
    EMULATOR = "an emulator"
    STUBBED = "its client library on a stand-in, never the service"
