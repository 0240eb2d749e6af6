

@pytest.mark.parametrize(
    ("login", "resource"),
    [
{% for word, resource in cookiecutter._identity.azure %}
        ("{{ word }}", "{{ resource }}"),
{% endfor %}
    ],
)
def test_a_token_of_entra_is_the_password(metadata: Any, login: str, resource: str) -> None:
    identity._azure.cache_clear()
    first = identity.token(login, "scheme://me@server.example.org:1/0")
    assert first.startswith("token ")
    assert f"resource={resource}" in unquote(metadata.asked[-1])
    asked = len(metadata.asked)
    assert identity.token(login, "scheme://me@server.example.org:1/0") == first
    assert len(metadata.asked) == asked, "it is good for an hour"
    identity._azure.cache_clear()
