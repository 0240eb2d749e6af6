    @property
    def {{ server }}_tls(self) -> bool:
        """Whether the {{ server | replace("_", " ") }} is to be reached over TLS."""
        return VERIFIED in self.{{ server }}_url.get_secret_value()

    @property
    def {{ server }}_files(self) -> dict[str, str]:
        """The files for TLS, under libpq's names; the URL may name them as well."""
        files = {
            "sslrootcert": self.{{ server }}_ca_file,
            "sslcert": self.{{ server }}_certificate_file,
            "sslkey": self.{{ server }}_key_file,
        }
        named = "sslrootcert=" in self.{{ server }}_url.get_secret_value()
        default = {} if named else {"sslrootcert": SYSTEM_CA_FILE}
        return default | {name: str(file) for name, file in files.items() if file}
