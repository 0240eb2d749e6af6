# Makes the folder of the file, and lets others read while somebody writes.
database_engine_callback = "{{ cookiecutter._project.package }}.reliability.results:prepare"
# Seconds that a process waits for another one to have written, before it is told that the database
# is locked.
database_engine_options = {"connect_args": {"timeout": 30}}
