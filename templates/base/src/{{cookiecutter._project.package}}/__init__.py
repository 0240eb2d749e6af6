"""Background work of {{ cookiecutter._project.name }}, done by Celery."""
