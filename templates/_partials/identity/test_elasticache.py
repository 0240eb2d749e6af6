

@pytest.mark.usefixtures("role")
def test_a_request_to_connect_to_the_cache_is_signed() -> None:
    host = "master.my-cache.xxxxxx.euc1.cache.amazonaws.com"
    request = urlsplit("https://" + identity.token("elasticache", f"rediss://me@{host}:6379/0"))
    said = dict(parse_qsl(request.query))
    assert request.netloc == "my-cache"
    assert (said["Action"], said["User"], said["X-Amz-Expires"]) == ("connect", "me", "900")
    signature = said.pop("X-Amz-Signature")
    query = "&".join(f"{name}={quote(said[name], safe='')}" for name in sorted(said))
    canonical = f"GET\n/\n{query}\nhost:my-cache\n\nhost\n{sha256(b'').hexdigest()}"
    day, *scope = said["X-Amz-Credential"].split("/")[1:]
    assert scope == ["eu-central-1", "elasticache", "aws4_request"]
    hashed = sha256(canonical.encode()).hexdigest()
    text = "\n".join(["AWS4-HMAC-SHA256", said["X-Amz-Date"], "/".join([day, *scope]), hashed])
    key = b"AWS4the-secret"
    for part in (day, *scope):
        key = digest(key, part.encode(), "sha256")
    assert signature == digest(key, text.encode(), "sha256").hex()
