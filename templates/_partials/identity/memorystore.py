

def memorystore(_: SplitResult) -> str:
    """Return an access token of the service account, the last one while it is good enough."""
    credentials = _google()
    if not credentials.valid:
        credentials.refresh(Request())
    return str(credentials.token)


@lru_cache
def _google() -> Any:
    credentials, _ = google.auth.default(["https://www.googleapis.com/auth/cloud-platform"])
    return credentials
