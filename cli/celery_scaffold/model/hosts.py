"""How many servers a URL can name."""

from __future__ import annotations

from enum import Enum


class Hosts(Enum):
    """What can stand where a URL has its host, if that comes from a record of DNS."""

    NONE = "no host, or a lookup of the client's own"
    ONE = "one server: several would not share what they hold, or the client takes no second one"
    SEVERAL = "the members of one cluster, or several that know the one to be used"
