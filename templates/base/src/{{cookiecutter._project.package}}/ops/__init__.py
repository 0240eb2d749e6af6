"""Operating this project from a shell: `python -m {{ cookiecutter._project.package }} --help`."""
