
    @field_validator("result_backend_url")
    @classmethod
    def _verifies_postgresql(cls, result_backend_url: SecretStr) -> SecretStr:
        check_postgresql_options(result_backend_url.get_secret_value())
        return result_backend_url

    @property
    def result_backend_tls(self) -> bool:
        """Whether the result backend is to be reached over TLS."""
        return VERIFIED in self.result_backend_url.get_secret_value()

    @property
    def result_backend_files(self) -> dict[str, str]:
        """The files for TLS, under libpq's names; the URL may name them as well."""
        files = {
            "sslrootcert": self.result_backend_ca_file,
            "sslcert": self.result_backend_certificate_file,
            "sslkey": self.result_backend_key_file,
        }
        named = "sslrootcert=" in self.result_backend_url.get_secret_value()
        default = {} if named else {"sslrootcert": SYSTEM_CA_FILE}
        return default | {name: str(file) for name, file in files.items() if file}
