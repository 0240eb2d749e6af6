    # On {{ cookiecutter._broker.server }} 0 comes first, and a message without a priority counts as 0. NORMAL messages are
    # only taken when no HIGH one waits.
    HIGH = 0
    NORMAL = 9
