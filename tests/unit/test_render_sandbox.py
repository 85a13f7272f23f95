"""Templates an operator edited: errors say where, and nothing runs away or reaches out."""

from pathlib import Path

import pytest

from campusctl.errors import RenderError
from campusctl.model.intent import PortIntent, SwitchIntent, VlanIntent
from campusctl.render import Renderer, template_digest


def device(**changes: object) -> SwitchIntent:
    """The smallest switch."""
    base = SwitchIntent(
        name="s042-r101-sw01",
        school="schule-042",
        dialect="cisco_ios",
        model="C9200L-24P-4X",
        location="schule-042/A/1/R101",
        management_vlan=3,
        address="10.42.3.11/24",
        gateway="10.42.3.1",
        vlans=(VlanIntent(id=3, name="Management"),),
        ports=tuple(PortIntent(name=f"GigabitEthernet1/0/{number}", role="pc") for number in range(1, 25)),
    )
    return base.model_copy(update=changes)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of templates with one empty dialect."""
    made = tmp_path / "templates"
    (made / "switch" / "cisco_ios").mkdir(parents=True)
    return made


def render(folder: Path, text: str, **parts: str) -> str:
    """Render `text` as the switch's template, with `parts` beside it."""
    home = folder / "switch" / "cisco_ios"
    (home / "switch.j2").write_text(text, encoding="utf-8")
    for name, part in parts.items():
        (home / f"{name}.j2").write_text(part, encoding="utf-8")
    return Renderer(folder).render(device())


def refusal(folder: Path, text: str, **parts: str) -> str:
    """What the operator reads about a template that cannot be rendered."""
    with pytest.raises(RenderError) as error:
        render(folder, text, **parts)
    return str(error.value)


def test_blocks_leave_no_blank_lines(folder: Path) -> None:
    """A template may be laid out for its reader."""
    text = "{% if true %}\n\nhostname {{ device.name }}   \n\n{% endif %}\nend"
    assert render(folder, text) == "hostname s042-r101-sw01\nend\n"


def test_syntax_error_names_file_line_and_device(folder: Path) -> None:
    """The line is the included file's own."""
    found = refusal(folder, '{% include "ports.j2" %}\n', ports="!\n!\n{% if %}\n")
    assert found.startswith("templates/switch/cisco_ios/ports.j2:3: s042-r101-sw01: ")
    assert "hint: " in found


def test_undefined_name_names_file_line_and_device(folder: Path) -> None:
    """A mistyped field is an error, never an empty line."""
    found = refusal(folder, '!\n{% include "ports.j2" %}\n', ports="!\nhostname {{ device.nmae }}\n")
    assert found.startswith("templates/switch/cisco_ios/ports.j2:2: s042-r101-sw01: ")
    assert "nmae" in found


def test_refused_value_names_file_line_and_device(folder: Path) -> None:
    """The net says which template let the value in."""
    found = refusal(folder, "!\n!\ndescription {{ 'a' ~ '\\n' ~ 'no vlan 3' }}\n")
    assert found.startswith("templates/switch/cisco_ios/switch.j2:3: s042-r101-sw01: 'a\\nno vlan 3' has a line break")


def test_error_inside_a_macro_names_the_macros_file(folder: Path) -> None:
    """The innermost template line is the one to mend."""
    text = '{% import "parts.j2" as parts %}\n{{ parts.name(device) }}\n'
    found = refusal(
        folder, text, parts="{% macro name(d) %}\nhostname {{ d.name | word }}\n{{ d.x }}\n{% endmacro %}\n"
    )
    assert found.startswith("templates/switch/cisco_ios/parts.j2:3: ")


def test_macro_may_print_several_lines(folder: Path) -> None:
    """Its values went through the net one by one."""
    text = "{% macro port(p) %}\ninterface {{ p.name }}\n shutdown\n{% endmacro %}\n{{ port(device.ports[0]) }}\n"
    assert render(folder, text) == "interface GigabitEthernet1/0/1\n shutdown\n"


def test_loops_and_namespaces_work(folder: Path) -> None:
    """What Jinja itself offers inside a loop is there."""
    text = """
{% set ns = namespace(count=0) %}
{% for port in device.ports[:3] %}
{% set ns.count = ns.count + 1 %}
{{ loop.index }}/{{ loop.length }}{{ " last" if loop.last else "" }} {{ port.name.upper() }}
{% endfor %}
sum {{ ns.count * 2 }} {{ device.vlans | map(attribute="id") | join(",") }} {{ {"a": 1}.get("a") }}
"""
    assert render(folder, text).splitlines() == [
        "1/3 GIGABITETHERNET1/0/1",
        "2/3 GIGABITETHERNET1/0/2",
        "3/3 last GIGABITETHERNET1/0/3",
        "sum 6 3 1",
    ]


def test_unknown_dialect_lists_what_there_is(folder: Path) -> None:
    """A folder per dialect."""
    (folder / "switch" / "cisco_ios" / "switch.j2").write_text("!\n", encoding="utf-8")
    with pytest.raises(RenderError, match="did you mean cisco_ios"):
        Renderer(folder).render(device(dialect="cisco_io"))
    with pytest.raises(RenderError, match="no such template"):
        Renderer(folder).render(device(dialect="../../etc"))


def test_missing_include_says_which(folder: Path) -> None:
    """Also when its name leads out of the folder of templates."""
    assert "no template switch/cisco_ios/nothing.j2" in refusal(folder, '{% include "nothing.j2" %}')
    assert "no template etc/passwd" in refusal(folder, '{% include "/etc/passwd" %}')
    assert "no template x.j2" in refusal(folder, '{% include "../../../../x.j2" %}')


def test_shared_part_of_another_folder_can_be_included(folder: Path) -> None:
    """Names are relative to the including file, or count from the folder of templates."""
    (folder / "switch" / "common.j2").write_text("! common\n", encoding="utf-8")
    assert render(folder, '{% include "../common.j2" %}') == "! common\n"
    assert render(folder, '{% include "/switch/common.j2" %}') == "! common\n"


@pytest.mark.parametrize(
    "text",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ device.__init__.__globals__ }}",
        "{{ device.model_dump() }}",
        "{{ device.model_construct }}",
        "{{ device.parse_file('/etc/passwd') }}",
        "{{ device.ports.__class__ }}",
        "{{ secret.__globals__ }}",
        "{{ self._TemplateReference__context }}",
        "{{ lipsum() }}",
        "{{ cycler }}",
        "{{ '{0.__class__}'.format(device) }}",
        "{{ '%s' % device }}",
        "{{ device | attr('__class__') }}",
        "{{ device | pprint }}",
        "{{ device }}",
        "{{ device.ports }}",
        "{{ true }}",
        "{{ none }}",
        "{% set device.name = 'x' %}",
    ],
)
def test_template_reads_fields_and_nothing_else(folder: Path, text: str) -> None:
    """No way to Python's insides, to files, or to a whole object in a line."""
    assert refusal(folder, text).startswith("templates/switch/cisco_ios/switch.j2:1: s042-r101-sw01: ")


@pytest.mark.parametrize(
    "text",
    [
        "{% for a in range(10**9) %}x{% endfor %}",
        "{% for a in range(1000000000) %}x{% endfor %}",
        "{% for a in device.ports %}" * 5 + "{% endfor %}" * 5,
        "{{ 'x' * 1000000000 }}",
        "{{ [1] * 1000000000 }}",
        "{{ 9 ** 9 ** 9 }}",
        "{{ 'x'.ljust(1000000000) }}",
        "{{ (1).to_bytes(1000000000, 'big') }}",
        "{{ 'x' | center(1000000000) }}",
        "{{ '%1000000000d' | format(1) }}",
        "{% set ns = namespace(t='x') %}{% for i in range(60) %}{% set ns.t = ns.t ~ ns.t %}{% endfor %}",
        "{% set ns = namespace(t='x') %}{% for i in range(60) %}{% set ns.t = ns.t + ns.t %}{% endfor %}",
        "{% set ns = namespace(t='x') %}{% for i in range(60) %}{% set ns.t = ns.t | replace('x', 'xx') %}{% endfor %}",
        "{% set ns = namespace(t='x') %}{% for i in range(60) %}{% set ns.t = [ns.t, ns.t] | join %}{% endfor %}",
        "{% set ns = namespace(t=9) %}{% for i in range(60) %}{% set ns.t = ns.t * ns.t %}{% endfor %}",
        "{% for i in range(10000) %}{% for i in range(90) %}123456789\n{% endfor %}{% endfor %}",
        '{% include "switch.j2" %}',
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    ],
    ids=lambda text: text[:40],
)
def test_template_cannot_run_away(folder: Path, text: str) -> None:
    """Loops, numbers, texts and recursion have an end, with a place and a reason."""
    assert refusal(folder, text).startswith("templates/switch/cisco_ios/switch.j2")


def test_pythons_own_complaint_is_told_with_its_place(folder: Path) -> None:
    """A template that divides by nothing is a template's mistake, not a traceback."""
    found = refusal(folder, "!\nmtu {{ 1500 // 0 }}\n")
    assert found.startswith("templates/switch/cisco_ios/switch.j2:2: s042-r101-sw01: ZeroDivisionError: ")


def test_template_with_other_letters_is_refused(folder: Path) -> None:
    """The net looks at values; the template's own text is looked at last."""
    assert "U+00FC" in refusal(folder, "description für\n")
    assert "token is broken" in refusal(folder, "username x secret <<secret:>>\n")


def test_link_out_of_the_folder_is_refused(folder: Path, tmp_path: Path) -> None:
    """A link is as good as its target; outside there is nothing for a template."""
    (tmp_path / "private.j2").write_text("secret\n", encoding="utf-8")
    (folder / "switch" / "cisco_ios" / "switch.j2").symlink_to(tmp_path / "private.j2")
    with pytest.raises(RenderError, match=r"templates/switch/cisco_ios/switch\.j2: the symbolic link leaves"):
        Renderer(folder)


def test_unfit_files_are_refused(folder: Path) -> None:
    """No UTF-8, too large, not a file, no folder."""
    bad = folder / "switch" / "bad.j2"
    bad.write_bytes(b"!\n!\xff\n")
    with pytest.raises(RenderError, match=r"bad\.j2:2: not UTF-8"):
        Renderer(folder)
    bad.write_bytes(b"!" * 1_000_001)
    with pytest.raises(RenderError, match="larger than"):
        Renderer(folder)
    bad.unlink()
    bad.symlink_to(folder / "switch" / "nothing.j2")
    with pytest.raises(RenderError, match="not a regular file"):
        Renderer(folder)
    with pytest.raises(RenderError, match="no such folder"):
        Renderer(folder / "nowhere")


def test_a_folder_of_too_many_templates_is_refused(folder: Path) -> None:
    """A wrong folder is noticed before it is read to the end."""
    for number in range(1001):
        (folder / f"{number}.j2").touch()
    with pytest.raises(RenderError, match="more than 1000 templates"):
        Renderer(folder)


def test_digest_changes_with_names_and_texts_only(folder: Path) -> None:
    """A saved plan is refused when a template moved, and only then."""
    render(folder, "hostname x\n")
    before = template_digest(folder)
    assert Renderer(folder).digest == before
    (folder / "README.md").write_text("notes", encoding="utf-8")
    assert template_digest(folder) == before
    (folder / "switch" / "cisco_ios" / "switch.j2").rename(folder / "switch" / "cisco_ios" / "other.j2")
    moved = template_digest(folder)
    (folder / "switch" / "cisco_ios" / "other.j2").write_text("hostname y\n", encoding="utf-8")
    assert len({before, moved, template_digest(folder)}) == 3


def test_link_to_itself_is_refused(folder: Path) -> None:
    """A circle of links has no text."""
    (folder / "switch" / "cisco_ios" / "switch.j2").symlink_to("switch.j2")
    with pytest.raises(
        RenderError, match=r"templates/switch/cisco_ios/switch\.j2: (the symbolic links run|not a regular)"
    ):
        Renderer(folder)
