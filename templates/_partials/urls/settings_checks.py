
    @field_validator("result_backend_url")
    @classmethod
    def _is_nobody_elses(cls, result_backend_url: SecretStr) -> SecretStr:
        check_server(result_backend_url.get_secret_value())
        return result_backend_url
