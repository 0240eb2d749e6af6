{% set server = "broker" %}
{% include "partials/tls/fields.py" %}
