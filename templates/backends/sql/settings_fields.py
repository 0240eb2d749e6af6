    result_backend_url: SecretStr
{% if cookiecutter._tls.backend %}
{% set server = "result_backend" %}
{% include "partials/tls/fields.py" %}
{% endif %}
