
# BLOB and TEXT, which Celery's columns become here, end at 64 KiB: a larger result is not stored.
for _column in (*Task.__table__.columns, *TaskSet.__table__.columns):
    if isinstance(_column.type, LargeBinary):
        _column.type = _column.type.with_variant(LONGBLOB(), "mysql", "mariadb")
    elif isinstance(_column.type, Text):
        _column.type = _column.type.with_variant(LONGTEXT(), "mysql", "mariadb")
