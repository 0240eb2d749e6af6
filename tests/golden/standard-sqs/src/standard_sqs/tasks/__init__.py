"""The work itself: one module per queue. Every module in here is loaded by the workers."""

from pkgutil import iter_modules

MODULES = tuple(f"{__name__}.{module.name}" for module in iter_modules(__path__))
