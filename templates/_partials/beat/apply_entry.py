    def apply_entry(self, entry: ScheduleEntry, producer: Any = None) -> None:
        """Send a task and record the run, if this instance still leads."""
        self._extend()
        logger.info("Scheduler: Sending due task %s (%s)", entry.name, entry.task)
        try:
            self.apply_async(entry, producer=producer, advance=False)
        except SchedulingError as error:
            if isinstance(error.__context__, ({{ server_error }}, OSError, OperationalError)):
                raise  # The run is not recorded, so it is still due for whoever leads next.
            # An entry that cannot be sent, or is refused, must not hold up the others.
            logger.exception("beat: this run of %s is lost", entry.name)
        self._record_runs()
