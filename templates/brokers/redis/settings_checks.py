    @field_validator("broker_url")
    @classmethod
    def _is_what_config_is_for(cls, broker_url: SecretStr) -> SecretStr:
        """Half of config.py means nothing to another broker."""
        url = broker_url.get_secret_value()
        if not url.startswith(("redis://", "rediss://", *EMBEDDED_BROKERS)):
            raise ValueError("begin it with redis:// or rediss://")
        check_redis_options(url)
        return broker_url

    @property
    def broker_tls(self) -> bool:
        """Whether the broker is to be reached over TLS."""
        return "rediss://" in self.broker_url.get_secret_value()
