# RedBeat asks the Sentinels itself, and has connections of its own.
_sentinels = [parse_url(url) for url in broker_url.split(";")]
redbeat_redis_url = "redis-sentinel://"
redbeat_redis_use_ssl = broker_use_ssl
redbeat_redis_options = {
    "sentinels": [(one["hostname"], one["port"] or 26379) for one in _sentinels],
    "service_name": _broker_transport_options["master_name"],
    "sentinel_kwargs": _broker_transport_options["sentinel_kwargs"],
    "username": _sentinels[0]["userid"],
    "password": _sentinels[0]["password"],
    "db": int(_sentinels[0]["virtual_host"] or 0),
    "socket_timeout": 10,
}
redbeat_key_prefix = "{{ cookiecutter.project_slug }}:beat:"
redbeat_lock_key = "{{ cookiecutter.project_slug }}:beat:lock"
# If the leader dies, another one leads after this and one beat_max_loop_interval. The lock is
# extended at every look, so it must be several of those intervals.
redbeat_lock_timeout = {{ cookiecutter._timing.beat_lock_timeout }}
