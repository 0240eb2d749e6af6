

def elasticache(server: SplitResult) -> str:
    """Return a signed request to connect to a cache, whose name stands in that of its endpoint."""
    cache = (server.hostname or "").removeprefix("master.").partition(".")[0]
    return _signed("elasticache", f"{cache}/?Action=connect&User={server.username}")
