# Read by celery/backends/redis.py, but missing from the registry.
KNOWN |= {"redis_backend_credential_provider", "redis_backend_health_check_interval"}
