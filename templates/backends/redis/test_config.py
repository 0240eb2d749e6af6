# Documented, and read by celery/backends/redis.py, but missing from the registry.
KNOWN.add("redis_backend_health_check_interval")
