"""Whether anybody could be the server that a URL leads to, looked at when the settings are read."""

{% if not cookiecutter._tls.verified %}
from ipaddress import ip_address
{% endif %}
from urllib.parse import parse_qsl, urlsplit

{% if cookiecutter._tls.verified %}
from {{ cookiecutter._project.package }}.tls import is_near

{% endif %}
{% include "partials/urls/" ~ cookiecutter._backend.url_checks ~ ".py" %}
{% if not cookiecutter._tls.verified %}
{% include "partials/urls/near.py" %}
{% endif %}
