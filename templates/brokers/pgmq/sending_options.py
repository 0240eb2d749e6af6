        if delay:
            options["DelaySeconds"] = delay
