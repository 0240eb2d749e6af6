# Celery has no scheme for TLS to Sentinels; what it goes by is redis_backend_use_ssl.
result_backend = result_backend.replace("sentinels://", "sentinel://")
result_backend_transport_options = _sentinel_options(redis_backend_use_ssl)
