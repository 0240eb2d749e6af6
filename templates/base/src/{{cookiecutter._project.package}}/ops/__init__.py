"""What people and containers run: `python -m {{ cookiecutter._project.package }}`."""
