{% include "partials/sentinel/settings_checks.py" %}
