{% include "backend/tests_own_store.py" %}
