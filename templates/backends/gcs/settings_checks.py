
    @field_validator("result_backend_url")
    @classmethod
    def _is_a_bucket(cls, result_backend_url: SecretStr) -> SecretStr:
        """Rows in SQLite or memory instead are what `make dev` and the unit tests use."""
        url = result_backend_url.get_secret_value()
        if url.startswith(("db+sqlite://", "cache+memory://")):
            return result_backend_url
        bucket = url.removeprefix("gs://").partition("/")[0]
        if not url.startswith("gs://") or not bucket:
            raise ValueError("make it gs://BUCKET or gs://BUCKET/PREFIX")
        if "@" in bucket:
            raise ValueError("leave the keys out: Google's client finds the role of the machine")
        if "?" in url or ":" in bucket:
            raise ValueError("a bucket and a prefix are all it takes: gs://BUCKET/PREFIX")
        if bucket != bucket.lower():
            raise ValueError("the name of a bucket has no capital letters")
        return result_backend_url
