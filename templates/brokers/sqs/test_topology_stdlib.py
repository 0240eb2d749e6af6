import json
import re

