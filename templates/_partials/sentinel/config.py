# ---- Sentinel


def _sentinel_options(tls: Mapping[str, object] | bool) -> dict[str, object]:
    """Return what leads to the master; the Sentinels are asked over TLS with these options."""
    return {
        "master_name": _settings.sentinel_master,
        # One that knows no other cannot have agreed with it on who the master is.
        "min_other_sentinels": 1,
        # The answer takes milliseconds, and whoever is gone must not keep the next one from being
        # asked. On its own, redis-py asks each four times, with pauses: 24 s for one that is gone.
        "sentinel_kwargs": {
            "password": _settings.sentinel_password.get_secret_value() or None,
            "socket_connect_timeout": 2,
            "socket_timeout": 2,
            "socket_keepalive": True,
            "retry": Retry(NoBackoff(), 0),
            **({"ssl": True, **tls} if isinstance(tls, Mapping) else {}),
        },
    }


