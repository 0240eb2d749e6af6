
def check_server(url: str) -> None:
    """Look whether MongoDB is reached over TLS that verifies, or knowingly without.

    Raises:
        ValueError: TLS would verify less than all, or a server is far away and nothing is said.
    """
    server = urlsplit(url)
    if ";" in server.query:
        raise ValueError("write & between its options, not a semicolon")
    options = {name.lower(): value.lower() for name, value in parse_qsl(server.query)}
    unsafe = ("tlsInsecure", "tlsAllowInvalidCertificates", "tlsAllowInvalidHostnames")
    less = [name for name in unsafe if options.get(name.lower()) == "true"]
    if less:
        raise ValueError(f"take {', '.join(less)} out: any certificate would be taken")
    said = url.startswith("mongodb+srv://") or "tls" in options or "ssl" in options
    parts = server.netloc.rpartition("@")[2].split(",")
    hosts = [urlsplit(f"//{part}").hostname or "" for part in parts]
    if not said and not all(map(is_near, hosts)):
        raise ValueError("add tls=true, or tls=false if nobody else is on that network")
