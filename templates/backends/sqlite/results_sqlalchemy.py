from sqlalchemy import Engine, event
