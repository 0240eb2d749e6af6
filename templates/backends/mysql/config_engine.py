database_engine_options = {
    # Celery's own two: a connection that the server has closed (`wait_timeout`) is not used.
    "pool_pre_ping": True,
    "pool_recycle": 3600,
    # The server's own REPEATABLE READ refuses to store a result when another run of the task did so
    # a moment ago (MariaDB's error 1020), and locks gaps, at which inserts deadlock.
    "isolation_level": "READ COMMITTED",
    # Seconds. By default a statement on a link that was cut without a word never ends.
    "connect_args": {"connect_timeout": 5, "read_timeout": 30, "write_timeout": 30},
}
