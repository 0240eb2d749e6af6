
#: Seconds until publishing gives up. RabbitMQ confirms nothing while it is short of memory or disk,
#: and by default a sender waits for that without end.
CONFIRM_TIMEOUT = 10
