

def test_the_access_token_of_the_service_account_is_the_password(metadata: Any) -> None:
    identity._google.cache_clear()
    url = "rediss://10.0.0.3:6379/0"
    first = identity.token("memorystore", url)
    assert first.startswith("token ")
    asked = len(metadata.asked)
    assert identity.token("memorystore", url) == first, "it is good for an hour"
    assert len(metadata.asked) == asked
    identity._google().expiry = None
    identity._google().token = None
    assert identity.token("memorystore", url) != first
    identity._google.cache_clear()
