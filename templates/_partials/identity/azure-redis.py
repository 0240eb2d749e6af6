

def azure_redis(_: SplitResult) -> str:
    """Return a token of Entra for Azure Managed Redis, the last one while it is good enough."""
    return _azure().get_token("https://redis.azure.com/.default").token
