# kombu has no scheme for TLS to Sentinels; what it goes by is broker_use_ssl.
broker_url = broker_url.replace("sentinels://", "sentinel://")
