{% set server = "broker" %}
{% include "partials/tls/fields.py" %}
    #: RabbitMQ's management API, with a user: counts what workers hold unacknowledged. Without a
    #: password in it, the broker's is used.
    management_url: SecretStr | None = None
