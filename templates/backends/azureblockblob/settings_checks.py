
    @field_validator("result_backend_url")
    @classmethod
    def _is_an_account(cls, result_backend_url: SecretStr) -> SecretStr:
        """Rows in SQLite or memory instead are what `make dev` and the unit tests use."""
        url = result_backend_url.get_secret_value()
        if url.startswith(("db+sqlite://", "cache+memory://")):
            return result_backend_url
        if not url.startswith("azureblockblob://"):
            raise ValueError("begin it with azureblockblob://")
        place = url.removeprefix("azureblockblob://")
        if place.startswith("DefaultAzureCredential@"):
            if not place.startswith("DefaultAzureCredential@https://"):
                raise ValueError("behind DefaultAzureCredential@ comes https://, and the account")
        elif "AccountName=" not in place and "BlobEndpoint=" not in place:
            raise ValueError(
                "after azureblockblob:// comes DefaultAzureCredential@https://ACCOUNT"
                ".blob.core.windows.net, or a connection string"
            )
        return result_backend_url
