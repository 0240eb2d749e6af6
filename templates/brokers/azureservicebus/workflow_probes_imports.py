from {{ cookiecutter._project.package }}.app import app
from {{ cookiecutter._project.package }}.topology import DEFAULT_QUEUE
