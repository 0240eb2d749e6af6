beat_schedule = BEAT_SCHEDULE
beat_scheduler = "{{ cookiecutter._project.package }}.worker.beat:Scheduler"
# How often beat looks at the schedule at least, and an instance that stands by at the lock.
beat_max_loop_interval = {{ cookiecutter._timing.beat_max_loop_interval }}
# A crontab entry that was missed while no beat ran is made up for within an hour, or left out.
beat_cron_starting_deadline = 3600
{% if cookiecutter._broker.remote_control %}
# Beat answers a ping as the workers do, and stops answering when it no longer ticks.
beat_enable_remote_control = True
{% endif %}
