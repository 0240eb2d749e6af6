

def azure_postgresql(_: SplitResult) -> str:
    """Return a token of Entra for Azure's PostgreSQL, the last one while it is good enough."""
    return _azure().get_token("https://ossrdbms-aad.database.windows.net/.default").token
