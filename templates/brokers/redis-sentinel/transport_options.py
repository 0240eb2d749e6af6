    **_sentinel_options,
