from {{ cookiecutter._project.package }}.app import app
from {{ cookiecutter._project.package }}.reliability.transport import make_queues
