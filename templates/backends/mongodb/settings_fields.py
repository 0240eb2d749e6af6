    result_backend_url: SecretStr
