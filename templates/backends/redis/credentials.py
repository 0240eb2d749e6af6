class ResultBackendPassword(CredentialProvider):
    """What Celery logs in with where results are kept."""

    def get_credentials(self) -> tuple[str] | tuple[str, str]:
        password = present("result_backend_password")
        user = user_of(get_settings().result_backend_url.get_secret_value())
        return (user, password) if user else (password,)
