
    @field_validator("result_backend_url")
    @classmethod
    def _is_a_table(cls, result_backend_url: SecretStr) -> SecretStr:
        """Rows in SQLite or memory instead are what `make dev` and the unit tests use."""
        url = result_backend_url.get_secret_value()
        if url.startswith(("db+sqlite://", "cache+memory://")):
            return result_backend_url
        region, _, table = url.removeprefix("dynamodb://").partition("/")
        if not url.startswith("dynamodb://") or not region or not table:
            raise ValueError("make it dynamodb://REGION/TABLE")
        if "@" in region:
            raise ValueError("leave the keys out: boto3 has those of the machine's role")
        if "?" in table or ":" in region:
            raise ValueError("a region and a table are all it takes: dynamodb://REGION/TABLE")
        return result_backend_url
