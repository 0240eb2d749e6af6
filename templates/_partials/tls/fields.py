    #: With TLS: whom to trust, by default the system's authorities, and what this project shows to
    #: a server that asks for a certificate.
    {{ server }}_ca_file: CaFile | None = None
    {{ server }}_certificate_file: TlsFile | None = None
    {{ server }}_key_file: TlsFile | None = Field(default=None, validate_default=True)
