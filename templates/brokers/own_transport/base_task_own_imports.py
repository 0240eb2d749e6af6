from {{ cookiecutter._project.package }}.worker.request import Request
