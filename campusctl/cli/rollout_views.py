"""The waves of a rollout: what goes when, and how far each has come."""

import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final

import click

from campusctl.cli.words import counted_devices, done_of
from campusctl.engine.rolling import WaveReport, report
from campusctl.engine.rollout import Rollout, Wave
from campusctl.model.outcome import Outcome
from campusctl.words.language import Translator

_WIDTH: Final = 80


def show_order(rollout: Rollout, tr: Translator) -> None:
    """Which schools go in which wave; nothing when all go in one."""
    if len(rollout.waves) < 2:
        return
    click.echo()
    for wave in rollout.waves:
        title, devices = tr.said(wave.title), counted_devices(_drivers(wave), tr)
        # A canary's title names its schools.
        _wrapped(f"{title}: {devices}" if wave.canary else f"{title}: {', '.join(wave.schools)}; {devices}")


def order_json(rollout: Rollout) -> list[dict[str, Any]]:
    """The waves and the steps in them, in order."""
    return [
        {
            **_wave_json(wave),
            "steps": {
                work.school: [
                    {"device": step.device, "passes": [str(kind) for kind in step.kinds]} for step in work.steps
                ]
                for work in wave.work
            },
            "together": {work.school: [change.target.device for change in work.together] for work in wave.work},
        }
        for wave in rollout.waves
    ]


def report_json(reports: Iterable[WaveReport]) -> list[dict[str, Any]]:
    """How far each wave has come."""
    return [
        {
            **_wave_json(found.wave),
            "done": list(found.done),
            "failed": list(found.failed),
            "unread": list(found.unread),
            "not_begun": list(found.held),
        }
        for found in reports
    ]


def _drivers(wave: Wave) -> list[str]:
    """The driver of each device that a wave works on."""
    ordered = {step.device: step.whole.target.driver for work in wave.work for step in work.steps}
    together = [change.target.driver for work in wave.work for change in work.together]
    return [*ordered.values(), *together]


def _wave_json(wave: Wave) -> dict[str, Any]:
    return {"wave": wave.number, "of": wave.total, "canary": wave.canary, "schools": list(wave.schools)}


def show_waves(reports: Sequence[WaveReport], tr: Translator) -> None:
    """How far each wave has come; nothing when there was only one."""
    if len(reports) < 2:
        return
    for found in reports:
        _wrapped(wave_words(found, tr), "green" if len(found.done) == len(found.wave.devices) else "red")


def wave_words(found: WaveReport, tr: Translator) -> str:
    """`wave 2 of 3: 9 of 10 done; failed: s042-c1-sw01`."""
    wave, title = found.wave, tr.said(found.wave.title)
    if not found.begun and found.held:
        held = tr("not begun: {names}", names=", ".join(wave.schools))
        return f"{title}: {held}"
    parts = [done_of(len(found.done), _drivers(wave), tr)]
    if found.failed:
        parts.append(tr("failed: {names}", names=", ".join(found.failed)))
    if found.unread:
        parts.append(tr("not readable: {names}", names=", ".join(found.unread)))
    if found.held:
        parts.append(tr("not begun, or not all of it: {names}", names=", ".join(found.held)))
    return f"{title}: {'; '.join(parts)}"


def told_by_wave(
    rollout: Rollout, outcomes: Iterable[Outcome], tr: Translator, say: Callable[[str], None]
) -> Iterator[Outcome]:
    """Pass outcomes on, and say how a wave ended as soon as it has; nothing when there is only one."""
    so_far: list[Outcome] = []
    ends = iter(rollout.waves if len(rollout.waves) > 1 else ())
    wave = next(ends, None)
    for outcome in outcomes:
        so_far.append(outcome)
        yield outcome
        while wave and (found := report(rollout, so_far)[wave.number - 1]).complete:
            say(wave_words(found, tr))
            wave = next(ends, None)


def _wrapped(text: str, colour: str | None = None) -> None:
    lines = textwrap.wrap(text, _WIDTH, subsequent_indent="  ", break_on_hyphens=False, break_long_words=False)
    for line in lines:
        click.secho(line, fg=colour)
