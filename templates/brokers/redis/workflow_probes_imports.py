from {{ cookiecutter._project.package }}.app import app
