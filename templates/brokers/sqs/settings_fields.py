    #: Where the queues are. Not AWS_REGION: what is sent must not depend on where the sender runs.
    aws_region: str = Field(default="", validate_default=True)
    aws_account_id: str = Field(default="", validate_default=True)
