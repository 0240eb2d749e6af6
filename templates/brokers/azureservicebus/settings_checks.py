    @property
    def emulated(self) -> bool:
        """Whether Service Bus is an emulator: only then does its URL name a port."""
        return re.search(r"@[^@/:]+:\d+$", self.broker_url.get_secret_value()) is not None

    @field_validator("broker_url")
    @classmethod
    def _is_a_namespace(cls, broker_url: SecretStr) -> SecretStr:
        """Half of config.py means nothing to another broker."""
        url = broker_url.get_secret_value()
        if url.startswith(EMBEDDED_BROKERS):
            return broker_url
        if not url.startswith("azureservicebus://"):
            raise ValueError("begin it with azureservicebus://")
        place = url.removeprefix("azureservicebus://")
        # An emulator's key is published, and there is no identity for it.
        if re.fullmatch(r"DefaultAzureCredential@[\w.-]+|[^:@]+:[^@]+@[^@/:]+:\d+", place):
            return broker_url
        if ":" in place:
            raise ValueError("leave the key out: DefaultAzureCredential@NAMESPACE needs none")
        raise ValueError("after azureservicebus:// comes DefaultAzureCredential@NAMESPACE")
