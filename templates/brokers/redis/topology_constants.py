#: {{ cookiecutter._broker.server }} delivers a message again when it was not acknowledged for this long. Workers hold messages
#: that run, wait behind a running one or have a countdown: longer than all of these together.
VISIBILITY_TIMEOUT = {{ cookiecutter._timing.visibility_timeout }}
