

def test_a_token_of_entra_for_managed_redis_is_the_password(metadata: Any) -> None:
    identity._azure.cache_clear()
    first = identity.token("azure-redis", "scheme://me@server.example.org:1/0")
    assert first.startswith("token ")
    assert "resource=https://redis.azure.com" in unquote(metadata.asked[-1])
    asked = len(metadata.asked)
    assert identity.token("azure-redis", "scheme://me@server.example.org:1/0") == first
    assert len(metadata.asked) == asked, "it is good for an hour"
    identity._azure.cache_clear()
