    @property
    def emulated(self) -> bool:
        """Whether SQS is an emulator: only then does its URL name a host."""
        return urlsplit(self.broker_url.get_secret_value()).hostname is not None

    @field_validator("broker_url")
    @classmethod
    def _is_sqs(cls, broker_url: SecretStr) -> SecretStr:
        """Half of config.py means nothing to another broker."""
        url = broker_url.get_secret_value()
        if url.startswith(EMBEDDED_BROKERS):
            return broker_url
        if not url.startswith("sqs://"):
            raise ValueError("begin it with sqs://")
        server = urlsplit(url)
        if server.username and not server.hostname:
            raise ValueError("leave the keys out: boto3 finds the role of the machine by itself")
        if (server.hostname or "").endswith((".amazonaws.com", ".amazonaws.com.cn")):
            raise ValueError("leave the host out: the region says it, and kombu would use HTTP")
        return broker_url

    @field_validator("aws_region", "aws_account_id")
    @classmethod
    def _says_where_the_queues_are(cls, value: str, info: ValidationInfo) -> str:
        broker_url = info.data.get("broker_url")
        needed = broker_url and not broker_url.get_secret_value().startswith(EMBEDDED_BROKERS)
        if needed and not value:
            raise ValueError("required, so that everyone means the same queues")
        if value and info.field_name == "aws_account_id" and not re.fullmatch("[0-9]{12}", value):
            raise ValueError("it is a number of twelve digits")
        return value
