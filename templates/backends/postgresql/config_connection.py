# sslmode=verify-full stands in the URL; without it, the server is on this network or this host.
database_engine_options = (
    {"connect_args": _settings.result_backend_files} if _settings.result_backend_tls else {}
)
