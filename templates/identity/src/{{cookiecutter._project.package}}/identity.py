"""Tokens in place of passwords: what a cloud makes of the identity of this process, for one server.

No secret stands anywhere. Each new connection asks (credentials.py), so a token that has ended is
that of an old connection only.
"""

{% for line in cookiecutter._identity.stdlib %}
{{ line }}
{% endfor %}

{% for line in cookiecutter._identity.imports %}
{{ line }}
{% endfor %}

#: Where nobody says who this process is, or cannot just now.
ERRORS = ({{ cookiecutter._identity.errors | join(", ") }}{{ "," if cookiecutter._identity.errors | length == 1 }})


def token(login: str, url: str) -> str:
    """Make what the server of a URL takes for a password.

    Args:
        login: the kind of token, as …_LOGIN has it.
        url: of the server, with its user.

    Raises:
        ERRORS: there is no identity here.
    """
    return _MAKERS[login](urlsplit(url))
{% for word in cookiecutter._identity.partials %}
{% include "partials/identity/" ~ word ~ ".py" %}
{% endfor %}
{% if cookiecutter._identity.aws %}
{% include "partials/identity/aws.py" %}
{% endif %}
{% if cookiecutter._identity.azure %}
{% include "partials/identity/azure.py" %}
{% endif %}


_MAKERS: dict[str, Callable[[SplitResult], str]] = {
{% for word in cookiecutter._identity.words %}
    "{{ word }}": {{ word.replace("-", "_") }},
{% endfor %}
}
