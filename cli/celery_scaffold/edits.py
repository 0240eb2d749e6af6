"""What `add` and `remove` make of the answers of a project: the same answers with one thing more, or one less. Pure.

What is added comes last; a component comes in the order of the catalogue. So the values are the first ones again when
it is removed, for components in that order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from celery_scaffold import answers as said
from celery_scaffold.answers import Answers, Source
from celery_scaffold.components import COMPONENTS, chosen, component_name
from celery_scaffold.errors import ScaffoldError, nearest, shown
from celery_scaffold.model.clouds import CLOUDS
from celery_scaffold.model.queues import parse_queue

if TYPE_CHECKING:
    from celery_scaffold.model.project import Project
    from celery_scaffold.model.queues import Queue
    from celery_scaffold.model.schedules import Schedule


def with_queue(answers: Answers, spec: str) -> Answers:
    """One more queue, behind the others.

    Args:
        answers: of a project.
        spec: `NAME[:key=value,…]`; a known name brings its usual values.

    Raises:
        ScaffoldError: the project has a queue of that name, the SPEC is none, or does not fit the other queues.
    """
    queue = parse_queue(spec)
    if queue.name in _names(answers.queues()):
        raise ScaffoldError(f"there is a queue {queue.name!r} already", "edit its table in celery-scaffold.toml")
    # Without one in words, the default queue would be the first one called `default`: this one, perhaps.
    kept = answers.with_answer("default_queue", answers.text("default_queue"), answers.answer("default_queue").source)
    return _checked(kept.with_answer("queues", (*answers.queues(), queue), Source.FLAG))


def without_queue(answers: Answers, name: str) -> Answers:
    """One queue less; the tasks in its module are the owner's, and are not looked at.

    Raises:
        ScaffoldError: there is no such queue, it is the last or the default one, or a schedule's task belongs to it.
    """
    queues = answers.queues()
    if name not in _names(queues):
        raise ScaffoldError(f"there is no queue {shown(name)}", nearest(name, _names(queues)))
    if len(queues) == 1:
        raise ScaffoldError(f"{name!r} is the last queue", "add another one first: celery-scaffold add queue NAME")
    if name == answers.text("default_queue"):
        hint = "make another one the default_queue in celery-scaffold.toml first, and run celery-scaffold update"
        raise ScaffoldError(f"{name!r} is the default queue: tasks without a route go there", hint)
    _refuse_scheduled(said.project(answers), name)
    left = tuple(queue for queue in queues if queue.name != name)
    return _checked(answers.with_answer("queues", left, Source.FLAG))


def with_component(answers: Answers, name: str) -> Answers:
    """One more component: one that the preset brings is no longer left out, another one is asked for.

    Raises:
        ScaffoldError: there is no such component, or the project has it.
    """
    component = component_name(name)
    if component in _components(answers):
        raise ScaffoldError(f"the project has the component {name!r} already", "celery-scaffold components lists them")
    return _checked(_choose(answers, component, wanted=True))


def without_component(answers: Answers, name: str) -> Answers:
    """One component less: one that the preset brings is left out, another one is no longer asked for.

    Raises:
        ScaffoldError: there is no such component, the project lacks it, or cannot do without it.
    """
    component = component_name(name)
    if COMPONENTS[component].required:
        raise ScaffoldError(f"component {name!r} cannot be left out", "every project is built on it")
    if component not in _components(answers):
        raise ScaffoldError(f"the project has no component {name!r}", f"it has {', '.join(_components(answers))}")
    if component == "beat" and answers.schedules():
        names = ", ".join(schedule.name for schedule in answers.schedules())
        hint = f"remove these tables of celery-scaffold.toml first: {names}"
        raise ScaffoldError("the schedules of the project need the component 'beat'", hint)
    return _checked(_choose(answers, component, wanted=False))


def with_cloud(answers: Answers, name: str) -> Answers:
    """One more cloud; raises ScaffoldError when there is no such cloud, or the project has it."""
    if name not in CLOUDS:
        raise ScaffoldError(f"there is no cloud {shown(name)}", nearest(name, CLOUDS))
    if name in answers.words("clouds"):
        raise ScaffoldError(f"the project has the cloud {name!r} already", f"clouds: {_listed(answers)}")
    return _checked(answers.with_answer("clouds", (*answers.words("clouds"), name), Source.FLAG))


def without_cloud(answers: Answers, name: str) -> Answers:
    """One cloud less; raises ScaffoldError when the project does not have it."""
    clouds = answers.words("clouds")
    if name not in clouds:
        raise ScaffoldError(f"the project has no cloud {shown(name)}", f"clouds: {_listed(answers)}")
    return _checked(answers.with_answer("clouds", tuple(cloud for cloud in clouds if cloud != name), Source.FLAG))


def with_schedule(answers: Answers, schedule: Schedule) -> Answers:
    """One more schedule, behind the others.

    Raises:
        ScaffoldError: the project has one of that name, lacks the component beat, or the task is one of no queue.
    """
    if schedule.name in [other.name for other in answers.schedules()]:
        hint = "edit its table in celery-scaffold.toml, and run celery-scaffold update"
        raise ScaffoldError(f"there is a schedule {schedule.name!r} already", hint)
    if "beat" not in _components(answers):
        message = f"the schedule {schedule.name!r} needs the component 'beat', which the project lacks"
        raise ScaffoldError(message, "celery-scaffold add component beat")
    return _checked(answers.with_answer("schedules", (*answers.schedules(), schedule), Source.FLAG))


def _checked(answers: Answers) -> Answers:
    """The same answers; raises ScaffoldError when they do not fit together."""
    chosen(said.project(answers))
    return answers


def _components(answers: Answers) -> tuple[str, ...]:
    """The components that the project has."""
    return tuple(component.name for component in chosen(said.project(answers)))


def _choose(answers: Answers, name: str, *, wanted: bool) -> Answers:
    """`with` lists what the preset lacks, `without` what it brings: the component is in one of them, or in none."""
    brought = answers.text("preset") in COMPONENTS[name].presets
    added = _with(answers.words("with"), name, there=wanted and not brought)
    left_out = _with(answers.words("without"), name, there=brought and not wanted)
    return answers.with_answer("with", added, Source.FLAG).with_answer("without", left_out, Source.FLAG)


def _with(names: tuple[str, ...], name: str, *, there: bool) -> tuple[str, ...]:
    """The list with the component at its place in the order of the catalogue, or without it."""
    others = [other for other in names if other != name]
    if there:
        order = list(COMPONENTS)
        place = next((n for n, other in enumerate(others) if order.index(other) > order.index(name)), len(others))
        others.insert(place, name)
    return tuple(others)


def _refuse_scheduled(project: Project, queue: str) -> None:
    for schedule in project.schedules:
        task = project.full_task_name(schedule.task)
        if project.queue_of_task(task).name == queue:
            message = f"the schedule {schedule.name!r} sends the task {schedule.task!r}, which belongs to {queue!r}"
            raise ScaffoldError(message, f"remove [schedules.{schedule.name}] from celery-scaffold.toml first")


def _names(queues: tuple[Queue, ...]) -> list[str]:
    return [queue.name for queue in queues]


def _listed(answers: Answers) -> str:
    return ", ".join(answers.words("clouds")) or "none"
