{% if cookiecutter._tls.backend %}

    @field_validator("result_backend_url")
    @classmethod
    def _verifies_redis(cls, result_backend_url: SecretStr) -> SecretStr:
        check_redis_options(result_backend_url.get_secret_value())
        return result_backend_url

    @property
    def result_backend_tls(self) -> bool:
        """Whether the result backend is to be reached over TLS."""
        return "rediss://" in self.result_backend_url.get_secret_value()
{% endif %}
