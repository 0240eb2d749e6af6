    #: A password, or a token that identity.py makes of who this process is.
    {{ side }}_login: Literal["password", {{ words }}] = "password"
