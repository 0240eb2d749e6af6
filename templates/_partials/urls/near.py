

def is_near(host: str) -> bool:
    """Whether a host is this one, a container, a private address or a name inside of a cluster."""
    try:
        return ip_address(host).is_private
    except ValueError:
        return "." not in host or host.endswith((".internal", ".local", ".svc"))
