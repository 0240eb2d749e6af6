
    @field_validator("result_backend_url")
    @classmethod
    def _verifies_postgresql(cls, result_backend_url: SecretStr) -> SecretStr:
        check_postgresql_options(result_backend_url.get_secret_value())
        return result_backend_url

{% set server = "result_backend" %}
{% include "partials/tls/libpq.py" %}
