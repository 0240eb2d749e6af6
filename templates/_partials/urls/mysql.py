
def check_server(url: str) -> None:
    """Look whether MySQL is reached over TLS that verifies, or knowingly without.

    PyMySQL takes TLS if the server offers it, and verifies chain and name if it is told an
    authority; if not, it takes any certificate (pymysql/connections.py, `_create_ssl_ctx`).

    Raises:
        ValueError: TLS would verify less than all, or the server is far away and nothing is said.
    """
    server = urlsplit(url)
    options = dict(parse_qsl(server.query))
    less = [name for name in options if name.startswith(("ssl_verify_", "ssl_check_"))]
    if less:
        raise ValueError(f"take {', '.join(less)} out: with ssl_ca alone all is verified")
    off = options.get("ssl_disabled")
    if off not in (None, "true"):
        raise ValueError("take ssl_disabled out: PyMySQL takes whatever it says for true")
    if off and any(name.startswith("ssl_") and name != "ssl_disabled" for name in options):
        raise ValueError("ssl_disabled=true turns TLS off: take it out, or all other ssl_ options")
    said = off or {"ssl_ca", "ssl_capath"} & set(options)
    if not said and not is_near(server.hostname or ""):
        raise ValueError(
            "without ssl_ca any certificate is taken: add ssl_ca=FILE,"
            " or ssl_disabled=true if nobody else is on that network"
        )
