def libpq_parameters(url: str) -> dict[str, str | int | None]:
    """What libpq is told of a broker URL, which is one of its own but for the scheme."""
    told = conninfo_to_dict("postgresql" + url.removeprefix("pgmq"))
    settings = get_settings()
    files = settings.broker_files if settings.broker_tls else {}
    password = present("broker_password")
    return {**told, **files, **({"password": password} if password else {})}
