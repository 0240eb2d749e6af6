

def _signed(service: str, request: str) -> str:
    """Sign a request, which AWS takes for a password for 15 minutes."""
    session = _session()
    # Platforms set the one that botocore does not read.
    region = session.get_config_variable("region") or os.environ.get("AWS_REGION")
    credentials, emitter = session.get_credentials(), session.get_component("event_emitter")
    signer = RequestSigner(ServiceId(service), region, service, "v4", credentials, emitter)
    unsigned = {
        "method": "GET",
        "url": f"https://{request}",
        "headers": {},
        "body": {},
        "context": {},
    }
    signed = signer.generate_presigned_url(
        unsigned, operation_name="connect", expires_in=900, region_name=region
    )
    return str(signed).removeprefix("https://")


@lru_cache
def _session() -> Any:
    """Keep the role's keys, which botocore renews, from one connection to the next."""
    return botocore.session.get_session()
