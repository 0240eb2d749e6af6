    @field_validator("broker_url")
    @classmethod
    def _is_redis(cls, broker_url: SecretStr) -> SecretStr:
        """Half of config.py means nothing to another broker."""
        url = broker_url.get_secret_value()
        if not url.startswith(("redis://", "rediss://", *EMBEDDED_BROKERS)):
            raise ValueError("begin it with redis:// or rediss://")
        # kombu turns verification off when the URL is silent about it (kombu/connection.py).
        if url.startswith("rediss://") and "ssl_cert_reqs=required" not in url:
            raise ValueError("add ?ssl_cert_reqs=required, or any certificate is accepted")
        return broker_url

    @field_validator("broker_url")
    @classmethod
    def _is_one_server(cls, broker_url: SecretStr) -> SecretStr:
        """With several, kombu goes to another one on a failure, and tasks stay behind."""
        if ";" in broker_url.get_secret_value():
            raise ValueError("name one server: two of them do not share their queues")
        return broker_url
