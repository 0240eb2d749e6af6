from ssl import CERT_REQUIRED

