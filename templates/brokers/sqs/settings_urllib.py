from urllib.parse import urlsplit
