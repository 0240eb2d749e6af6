    @field_validator("broker_url")
    @classmethod
    def _is_what_config_is_for(cls, broker_url: SecretStr) -> SecretStr:
        """Half of config.py means nothing to another broker."""
        url = broker_url.get_secret_value()
        if not url.startswith(("redis://", "rediss://", *EMBEDDED_BROKERS)):
            raise ValueError("begin it with redis:// or rediss://")
        # kombu turns verification off when the URL is silent about it (kombu/connection.py).
        if url.startswith("rediss://") and "ssl_cert_reqs=required" not in url:
            raise ValueError("add ?ssl_cert_reqs=required, or any certificate is accepted")
        return broker_url
