    # Without these, a connection cut without a word blocks publishers and workers for ever.
    "socket_connect_timeout": 5,
    "socket_timeout": 10,
    "socket_keepalive": True,
    "health_check_interval": 10,
