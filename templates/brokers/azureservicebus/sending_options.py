        if delay:
            options["delay_seconds"] = min(delay, BROKER_DELAY)
