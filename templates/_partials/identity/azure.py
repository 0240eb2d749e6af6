{% for word, resource in cookiecutter._identity.azure %}


def {{ word.replace("-", "_") }}(_: SplitResult) -> str:
    """Return a token of Entra, the last one while it is good enough."""
    return _azure().get_token("{{ resource }}/.default").token
{% endfor %}


@lru_cache
def _azure() -> DefaultAzureCredential:
    return DefaultAzureCredential()
