from kombu.transport import TRANSPORT_ALIASES
