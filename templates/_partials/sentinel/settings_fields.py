    #: Under which the Sentinels know the master: `sentinel monitor NAME …` in their configuration.
    sentinel_master: str = Field("", validate_default=True)
    #: Of the Sentinels. The one in the URLs is for Redis.
    sentinel_password: SecretStr = SecretStr("")
