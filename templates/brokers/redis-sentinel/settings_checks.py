{% include "partials/sentinel/settings_checks.py" %}

    @property
    def broker_tls(self) -> bool:
        """Whether the Sentinels of the broker, and Redis, are to be reached over TLS."""
        return self.broker_url.get_secret_value().startswith("sentinels://")
