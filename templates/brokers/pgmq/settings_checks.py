    @field_validator("broker_url")
    @classmethod
    def _is_what_config_is_for(cls, broker_url: SecretStr) -> SecretStr:
        """Half of config.py means nothing to another broker."""
        url = broker_url.get_secret_value()
        if not url.startswith(("pgmq://", *EMBEDDED_BROKERS)):
            raise ValueError("begin it with pgmq://")
        check_postgresql_options(url)
        return broker_url

{% set server = "broker" %}
{% include "partials/tls/libpq.py" %}
