        # With it, each call of RedBeat's would make new connections, to Sentinel and to the master.
        self.app.redbeat_sentinel = None
