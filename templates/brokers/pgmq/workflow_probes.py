
# What a killed worker held returns within seconds, not after the minutes it takes in production.
VISIBILITY_TIMEOUTS[DEFAULT_QUEUE.name] = 5
