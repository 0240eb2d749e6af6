    **_sentinel_options(broker_use_ssl),
