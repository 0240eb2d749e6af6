from kombu.utils.imports import symbol_by_name
from kombu.utils.url import parse_url
