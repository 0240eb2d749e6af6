import re

