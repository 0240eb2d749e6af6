    result_backend_url: SecretStr
{% set server = "result_backend" %}
{% include "partials/tls/fields.py" %}
