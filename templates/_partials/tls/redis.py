

def check_redis_options(url: str) -> None:
    """Look for options in a `redis` URL that verify less.

    Raises:
        ValueError: there are some.
    """
    options = dict(parse_qsl(urlsplit(url).query))
    if options.get("ssl_cert_reqs", "required") != "required" or "ssl_check_hostname" in options:
        raise ValueError("take ssl_cert_reqs and ssl_check_hostname out: they verify less")
