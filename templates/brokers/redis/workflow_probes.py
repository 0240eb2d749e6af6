
# What a killed worker held returns within seconds, not after the hour that it takes in production.
app.conf.broker_transport_options = {
    **app.conf.broker_transport_options,
    "visibility_timeout": 5,
    "unacked_restore_interval": 1,
    "unacked_mutex_expire": 1,
}
