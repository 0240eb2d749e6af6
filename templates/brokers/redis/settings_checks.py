    @field_validator("broker_url")
    @classmethod
    def _is_what_config_is_for(cls, broker_url: SecretStr) -> SecretStr:
        """Half of config.py means nothing to another broker."""
        url = broker_url.get_secret_value()
        if not url.startswith(("redis://", "rediss://", *EMBEDDED_BROKERS)):
            raise ValueError("begin it with redis:// or rediss://")
        check_redis_options(url)
        return broker_url

    @field_validator("broker_url")
    @classmethod
    def _is_one_server(cls, broker_url: SecretStr) -> SecretStr:
        """With several, kombu goes to another one on a failure, and tasks stay behind."""
        if ";" in broker_url.get_secret_value():
            raise ValueError("name one server: two of them do not share their queues")
        return broker_url

    @property
    def broker_tls(self) -> bool:
        """Whether the broker is to be reached over TLS."""
        return "rediss://" in self.broker_url.get_secret_value()
