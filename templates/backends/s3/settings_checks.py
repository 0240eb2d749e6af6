
    @field_validator("result_backend_url")
    @classmethod
    def _is_a_bucket(cls, result_backend_url: SecretStr) -> SecretStr:
        """Rows in SQLite or memory instead are what `make dev` and the unit tests use."""
        url = result_backend_url.get_secret_value()
        if url.startswith(("db+sqlite://", "cache+memory://")):
            return result_backend_url
        bucket, _, prefix = url.removeprefix("s3://").partition("/")
        if not url.startswith("s3://") or not bucket:
            raise ValueError("make it s3://BUCKET or s3://BUCKET/PREFIX/")
        if "@" in bucket:
            raise ValueError("leave the keys out: boto3 has those of the machine's role")
        if "?" in url or ":" in bucket:
            raise ValueError("a bucket and a prefix are all it takes: s3://BUCKET/PREFIX/")
        if prefix and not prefix.endswith("/"):
            raise ValueError("end the prefix with a slash: s3://BUCKET/PREFIX/")
        return result_backend_url
