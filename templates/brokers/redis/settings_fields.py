{% if cookiecutter._tls.broker %}
{% set server = "broker" %}
{% include "partials/tls/fields.py" %}
{% endif %}
