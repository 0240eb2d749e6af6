{% if cookiecutter._components.beat %}
# RedBeat keeps its settings among Celery's.
KNOWN |= {name for name in SETTINGS if name.startswith("redbeat_")}
{% endif %}
