

def prepare(engine: Engine) -> None:
    """Set up what holds for the file: called once for each engine."""
    if engine.url.database:
        Path(engine.url.database).parent.mkdir(parents=True, exist_ok=True)
    event.listen(engine, "connect", _write_ahead)


def _write_ahead(connection: Any, _: object) -> None:
    connection.execute("PRAGMA journal_mode=WAL")
    # Safe with a log: what a power cut may take is the last results, not the file.
    connection.execute("PRAGMA synchronous=NORMAL")
