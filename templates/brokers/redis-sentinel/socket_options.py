    # Without these, a connection cut without a word blocks publishers and workers for ever. With
    # longer ones, a worker whose master froze stood still for as long as that lasted, not for 20 s.
    "socket_connect_timeout": 3,
    "socket_timeout": 5,
    "socket_keepalive": True,
    "health_check_interval": 5,
