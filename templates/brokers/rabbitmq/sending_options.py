        options.setdefault("confirm_timeout", CONFIRM_TIMEOUT)
