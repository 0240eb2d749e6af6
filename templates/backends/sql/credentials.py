def log_in_with_present_password(engine: Engine) -> None:
    """Have each new connection of an engine ask for the password."""

    @event.listens_for(engine, "do_connect")
    def add_password(
        _dialect: object, _record: object, _arguments: object, parameters: dict[str, object]
    ) -> None:
        parameters["password"] = present("result_backend_password")
