    @property
    def emulated(self) -> bool:
        """Whether Pub/Sub is an emulator: Google's client looks at this variable by itself."""
        return bool(os.environ.get("PUBSUB_EMULATOR_HOST"))

    @field_validator("broker_url")
    @classmethod
    def _is_pubsub(cls, broker_url: SecretStr) -> SecretStr:
        """Half of config.py means nothing to another broker."""
        url = broker_url.get_secret_value()
        if url.startswith(EMBEDDED_BROKERS):
            return broker_url
        if not url.startswith("gcpubsub://projects/"):
            raise ValueError("begin it with gcpubsub://projects/")
        if "@" in url:
            raise ValueError("leave the keys out: Google's client finds the role of the machine")
        if not re.fullmatch("gcpubsub://projects/[a-z][a-z0-9.:-]*[a-z0-9]", url):
            raise ValueError("end it with the id of the project: gcpubsub://projects/my-project")
        return broker_url
