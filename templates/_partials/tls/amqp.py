

def check_amqp_options(url: str) -> None:
    """Look for options in the URL of RabbitMQ that would count instead of those in config.py.

    Raises:
        ValueError: there are some.
    """
    if any(option.startswith("ssl") for option, _ in parse_qsl(urlsplit(url).query)):
        raise ValueError("take ssl options out: certificates are verified")
