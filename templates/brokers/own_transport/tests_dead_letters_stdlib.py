import json
from time import sleep
from typing import Any

