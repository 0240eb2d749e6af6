

def check_postgresql_options(url: str) -> None:
    """Look whether PostgreSQL is reached over TLS that verifies, or knowingly without.

    libpq's default takes TLS if the server offers it, and `require` insists, but either takes any
    certificate: https://www.postgresql.org/docs/current/libpq-ssl.html.

    Raises:
        ValueError: TLS would verify less than all, or the server is far away and nothing is said.
    """
    server = urlsplit(url)
    options = dict(parse_qsl(server.query))
    near = is_near(server.hostname or options.get("host", ""))
    mode = options.get("sslmode", "disable" if near else "prefer")
    if url.startswith(PLAIN) and mode not in ("verify-full", "disable"):
        raise ValueError(
            f"sslmode={mode} takes any certificate: add sslmode=verify-full,"
            " or sslmode=disable if nobody else is on that network"
        )
{% include "partials/urls/near.py" %}
