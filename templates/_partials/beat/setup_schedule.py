    def setup_schedule(self) -> None:
        """Build the entries. When they last ran is read once this instance leads."""
        # In the order of PersistentScheduler: the base class drops celery.backend_cleanup again.
        self.merge_inplace(self.app.conf.beat_schedule)
        self.install_default_entries(self.data)
        for entry in self.schedule.values():
            # {{ why_no_retry }}
            entry.options = {**entry.options, "retry": False}
