{% set server = "broker" %}
{% include "partials/tls/fields.py" %}
    #: RabbitMQ's management API, with user and password: counts what workers hold unacknowledged.
    management_url: SecretStr | None = None
