    @field_validator("broker_url")
    @classmethod
    def _is_rabbitmq(cls, broker_url: SecretStr) -> SecretStr:
        """Half of config.py means nothing to another broker."""
        if not broker_url.get_secret_value().startswith(("amqp://", "amqps://", *EMBEDDED_BROKERS)):
            raise ValueError("begin it with amqp:// or amqps://")
        return broker_url
