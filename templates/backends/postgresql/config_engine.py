database_engine_options = {
    # Celery's own two: a connection that the server has closed is not used.
    "pool_pre_ping": True,
    "pool_recycle": 3600,
    # libpq's, in seconds but for the second: by default a statement on a link that was cut without
    # a word ends after a quarter of an hour.
    "connect_args": {
        "connect_timeout": 5,
        "tcp_user_timeout": 30_000,
        "keepalives_idle": 30,
        "keepalives_interval": 10,
        "keepalives_count": 3,
        # sslmode=verify-full stands in the URL; without it, the server is on this network or this
        # host.
        **(_settings.result_backend_files if _settings.result_backend_tls else {}),
    },
}
