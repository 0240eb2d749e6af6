

@lru_cache
def _azure() -> DefaultAzureCredential:
    return DefaultAzureCredential()
