

def rds(server: SplitResult) -> str:
    """Return a signed request to connect to a database."""
    address = f"{server.hostname}:{server.port or 5432}"
    return _signed("rds-db", f"{address}/?Action=connect&DBUser={server.username}")
