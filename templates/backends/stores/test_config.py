# Documented, and read by celery/loaders/base.py, but missing from the registry.
KNOWN.add("override_backends")
