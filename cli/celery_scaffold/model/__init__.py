"""The domain: what a Celery project is, in plain Python. Imports nothing of ours but `errors`."""
