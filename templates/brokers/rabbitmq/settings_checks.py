    @field_validator("broker_url")
    @classmethod
    def _is_rabbitmq(cls, broker_url: SecretStr) -> SecretStr:
        """Half of config.py means nothing to another broker."""
        for url in broker_url.get_secret_value().split(";"):
            if not url.startswith(("amqp://", "amqps://", *EMBEDDED_BROKERS)):
                raise ValueError("begin it with amqp:// or amqps://, and so each after a ;")
            check_amqp_options(url)
        return broker_url

    @property
    def broker_tls(self) -> bool:
        """Whether the broker is to be reached over TLS."""
        return "amqps://" in self.broker_url.get_secret_value()
