
    @property
    def result_backend_tls(self) -> bool:
        """Whether the Sentinels of the result backend, and Redis, are to be reached over TLS."""
        return self.result_backend_url.get_secret_value().startswith("sentinels://")
