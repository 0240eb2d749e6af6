    @field_validator("broker_url")
    @classmethod
    def _is_what_config_is_for(cls, broker_url: SecretStr) -> SecretStr:
        """Half of config.py means nothing to another broker."""
        if not broker_url.get_secret_value().startswith(("pgmq://", *EMBEDDED_BROKERS)):
            raise ValueError("begin it with pgmq://")
        return broker_url
