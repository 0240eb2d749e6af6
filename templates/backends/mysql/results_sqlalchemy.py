from sqlalchemy import LargeBinary, Text
from sqlalchemy.dialects.mysql import LONGBLOB, LONGTEXT
