    #: A reply queue on the broker; only `make dev` and the tests use anything else.
    result_backend_url: SecretStr = SecretStr("rpc://")
