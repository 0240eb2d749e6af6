redbeat_redis_url = _settings.broker_url.get_secret_value()
redbeat_redis_use_ssl = broker_use_ssl
# RedBeat has connections of its own, for which the timeouts above do not count.
redbeat_redis_options: dict[str, object] = {
    "socket_connect_timeout": 5,
    "socket_timeout": 10,
    "socket_keepalive": True,
}
if _settings.{{ cookiecutter._passwords.asked.broker }}:
    redbeat_redis_options["credential_provider"] = credentials.BrokerPassword()
redbeat_key_prefix = "{{ cookiecutter.project_slug }}:beat:"
redbeat_lock_key = "{{ cookiecutter.project_slug }}:beat:lock"
# If the leader dies, another one leads after this and one beat_max_loop_interval. The lock is
# extended at every look, so it must be several of those intervals.
redbeat_lock_timeout = {{ cookiecutter._timing.beat_lock_timeout }}
