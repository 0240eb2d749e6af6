class BrokerPassword(CredentialProvider):
    """What kombu and RedBeat log in with."""

    def get_credentials(self) -> tuple[str] | tuple[str, str]:
        password = present("broker_password")
        user = user_of(get_settings().broker_url.get_secret_value())
        return (user, password) if user else (password,)


def with_broker_password(urls: str) -> str:
    """Name the class above in each URL: kombu makes one, and asks it at each connection."""
    query = f"credential_provider={__name__}.{BrokerPassword.__name__}"
    return ";".join(f"{url}{'&' if '?' in url else '?'}{query}" for url in urls.split(";"))
