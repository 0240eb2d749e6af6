from sqlalchemy.engine import make_url
