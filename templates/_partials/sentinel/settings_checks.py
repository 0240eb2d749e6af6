    @field_validator("{{ cookiecutter._sentinel.fields | join('", "') }}")
    @classmethod
    def _leads_to_sentinels(cls, value: SecretStr) -> SecretStr:
        """Refuse what kombu would take, and then look for Sentinels where there are none."""
        url = value.get_secret_value()
        if url.startswith(WITHOUT_SENTINELS):
            return value
        schemes = {part.partition("://")[0] for part in url.split(";")}
        if schemes not in ({"sentinel"}, {"sentinels"}):
            raise ValueError("begin it with sentinel://, or sentinels:// for TLS, and each part so")
        check_redis_options(url)
        parts = [urlsplit(part) for part in url.split(";")]
        if not all(part.hostname for part in parts):
            raise ValueError("name each Sentinel: sentinel://:password@host:26379/0;sentinel://…")
        # kombu takes them from the part that it has come to (kombu/connection.py, `switch`).
        if len({(part.username, part.password, part.path) for part in parts}) > 1:
            raise ValueError("give all parts the password and the database of Redis, and the same")
        return value

    @field_validator("sentinel_master")
    @classmethod
    def _is_named(cls, name: str, others: ValidationInfo) -> str:
        """Without it Celery would give up at the first connection, not at start."""
        urls = [{% for field in cookiecutter._sentinel.fields %}others.data.get("{{ field }}"){{ "" if loop.last else ", " }}{% endfor %}]
        if not name and any("sentinel" in url.get_secret_value() for url in urls if url):
            raise ValueError("set it to the name in the Sentinels' `sentinel monitor NAME …`")
        return name
