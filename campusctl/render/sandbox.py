"""The Jinja environment of templates: strict, sandboxed, bounded in steps and size.

Operators edit templates, so a template is trusted to say what a switch shall be and not trusted with the machine:
it reads fields of the intent and nothing else, and cannot run away.
"""

import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextvars import ContextVar
from functools import lru_cache
from types import CodeType
from typing import Any, Final

from jinja2 import BaseLoader, Environment, StrictUndefined, TemplateNotFound, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.environment import TemplateModule
from jinja2.exceptions import SecurityError
from jinja2.filters import FILTERS
from jinja2.runtime import LoopContext, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.tests import TESTS
from jinja2.utils import Namespace
from pydantic import BaseModel

from campusctl.model import intent
from campusctl.model.frozen import Frozen
from campusctl.render import compiled, lists, values

MAX_STEPS: Final = 1_000_000
"""Rounds of loops one rendering may take, about a second."""

_MAX_RANGE: Final = 10_000
_MAX_NUMBER: Final = 2**63
_CODES: Final = 256
"""Templates whose code is kept."""

_STEPS: ContextVar[Iterator[int]] = ContextVar("steps")

_KEPT_FILTERS: Final = (
    "abs batch default d dictsort first groupby int items last length count list lower map max min reject rejectattr"
    " reverse round select selectattr slice sort sum title trim unique upper"
)
_KEPT_TESTS: Final = (
    "boolean defined divisibleby eq equalto even false ge greaterthan gt in integer iterable le lessthan lower lt"
    " mapping ne none number odd sequence string true undefined upper"
)
_TEXT_METHODS: Final = frozenset(
    {"endswith", "isalpha", "isdigit", "lower", "lstrip", "partition", "removeprefix", "removesuffix", "rpartition"}
    | {"rstrip", "split", "splitlines", "startswith", "strip", "upper"}
)
_JINJAS_OWN: Final = (LoopContext, Namespace, TemplateModule)
_CONTAINER_METHODS: Final = frozenset({"count", "get", "index", "items", "keys", "values"})

_MODELS: Final = (
    intent.SwitchIntent,
    intent.PortIntent,
    intent.VlanIntent,
    intent.SnmpIntent,
    intent.SnmpUserIntent,
    intent.UserIntent,
    intent.AclIntent,
)
_FIELDS: Final[dict[type, frozenset[str]]] = {model: frozenset(model.model_fields) for model in _MODELS}

Templates = Mapping[str, tuple[str, str]]


def start_counting() -> None:
    """Give the rendering that begins now its own number of steps."""
    _STEPS.set(iter(range(MAX_STEPS)))


def _counted(items: Iterable[Any]) -> Iterator[Any]:
    steps = _STEPS.get()
    for item in items:
        if next(steps, None) is None:
            raise SecurityError(f"the template loops more than {MAX_STEPS} times")
        yield item


def _bounded_range(*bounds: int) -> range:
    found = range(*bounds)
    if len(found) > _MAX_RANGE:
        raise SecurityError(f"range() has at most {_MAX_RANGE} numbers here")
    return found


def _replace(text: str, old: str, new: str) -> str:
    if len(text) + text.count(old) * len(new) > values.MAX_VALUE:
        raise SecurityError("replace makes a text that is too long")
    return text.replace(old, new)


def _join(items: Iterable[object], separator: str = "") -> str:
    parts = [str(values.final(item)) for item in items]
    if sum(map(len, parts)) + len(parts) * len(separator) > values.MAX_VALUE:
        raise SecurityError("join makes a text that is too long")
    return separator.join(parts)


class _Generator(CodeGenerator):
    """Sends `a ~ b` through a bound, as it is no operator the sandbox sees."""

    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:  # noqa: N802 - Jinja's name
        self.write("environment.concatenated((")
        for item in node.nodes:
            self.visit(item, frame)
            self.write(", ")
        self.write("))")


class Loader(BaseLoader):
    """Templates that were read before; nothing else can be reached."""

    def __init__(self, templates: Templates) -> None:
        self.templates = templates

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:  # noqa: ARG002 - Jinja's signature
        """A template's text and its path for messages.

        Raises:
            TemplateNotFound: There is none of that name.
        """
        if template not in self.templates:
            raise TemplateNotFound(template)
        text, path = self.templates[template]
        return text, path, lambda: True


class Sandbox(ImmutableSandboxedEnvironment):
    """What a template can do: read fields, loop, compare, and put values through the net."""

    code_generator_class = _Generator
    intercepted_binops = frozenset({"+", "*", "**", "%"})

    def __init__(self, templates: Templates) -> None:
        super().__init__(
            loader=Loader(templates),
            undefined=StrictUndefined,
            finalize=values.final,
            autoescape=False,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            auto_reload=False,
            cache_size=-1,
        )
        self.filters = {name: FILTERS[name] for name in _KEPT_FILTERS.split()} | _FILTERS
        self.tests = {name: TESTS[name] for name in TESTS if name in _KEPT_TESTS.split() or not name.isalpha()}
        self.globals = dict(_GLOBALS)

    def compile(  # type: ignore[override]
        self, source: str, name: str | None = None, filename: str | None = None, **_never: bool
    ) -> CodeType:
        """The code of a template, as Jinja's loader asks for it."""
        return _compiled(type(self), source, name, filename)  # type: ignore[arg-type]  # a class has a hash

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        for loop in tree.find_all(nodes.For):
            loop.iter = nodes.Filter(loop.iter, "counted", [], [], None, None, lineno=loop.lineno)
        return tree

    def join_path(self, template: str, parent: str) -> str:
        """`ports.j2` lies beside the template that includes it; `/switch/…` counts from the folder of templates."""
        return posixpath.normpath(posixpath.join("/", posixpath.dirname(parent), template)).lstrip("/")

    def getattr(self, obj: Any, attribute: str) -> Any:  # noqa: ANN401 - Jinja's signature
        """A field of the intent the quick way, everything else by the sandbox's rules."""
        if attribute in _FIELDS.get(type(obj), ()):
            return getattr(obj, attribute)
        return super().getattr(obj, attribute)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:  # noqa: ANN401 - Jinja's signature
        """Fields of models and a few harmless methods; nothing that reaches further."""
        if isinstance(obj, BaseModel):
            return attr in _FIELDS.get(type(obj), ())
        if isinstance(obj, str):
            return attr in _TEXT_METHODS
        if isinstance(obj, tuple) and attr in getattr(obj, "_fields", ()):
            return True
        if isinstance(obj, tuple | list | dict):
            return attr in _CONTAINER_METHODS
        return isinstance(obj, _JINJAS_OWN) and super().is_safe_attribute(obj, attr, value)

    def wrap_str_format(self, value: Any) -> Callable[..., str] | None:  # noqa: ANN401, ARG002 - Jinja's signature
        """None: `str.format` is not offered, as a width in it has no bound."""
        return None

    def call(self, context: Any, obj: Any, /, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - Jinja's signature
        """Call; a macro's text has been through the net piece by piece, so its lines may stand."""
        found = super().call(context, obj, *args, **kwargs)
        return values.Vetted(found) if isinstance(obj, Macro) else found

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:  # noqa: ANN401 - Jinja's signature
        """Arithmetic of bounded numbers; `+` also of texts and lists of bounded length."""
        both_numbers = isinstance(left, int | float) and isinstance(right, int | float)
        if not both_numbers and (operator != "+" or len(left) + len(right) > values.MAX_VALUE):
            raise SecurityError(
                f"`{operator}` works on numbers only, `+` also on texts and lists that are not too long"
            )
        if operator == "**":
            raise SecurityError("`**` is not offered")
        found = super().call_binop(context, operator, left, right)
        if both_numbers and not -_MAX_NUMBER < found < _MAX_NUMBER:
            raise SecurityError("a number is too large")
        return found

    def concatenated(self, parts: tuple[object, ...]) -> str:
        """`a ~ b`, bounded."""
        texts = [str(part) for part in parts]
        if sum(map(len, texts)) > values.MAX_VALUE:
            raise SecurityError("`~` makes a text that is too long")
        return "".join(texts)


@lru_cache(_CODES)
def _compiled(kind: type[Sandbox], source: str, name: str | None, filename: str | None) -> CodeType:
    """The code of a template, made once: many commands render one folder again and again.

    All sandboxes of a kind are alike, and what one of them refuses is not kept.
    """
    key = compiled.key(kind.__qualname__, source, name, filename)
    code = compiled.load(key)
    if code is None:
        code = ImmutableSandboxedEnvironment.compile(kind({}), source, name, filename)
        compiled.save(key, code)
    return code


class FrozenSandbox(Sandbox):
    """A sandbox whose templates read every frozen value of the model, and not the switches' intent alone."""

    def getattr(self, obj: Any, attribute: str) -> Any:  # noqa: ANN401 - Jinja's signature
        """A field of a value the quick way, everything else by the sandbox's rules."""
        if isinstance(obj, Frozen) and attribute in type(obj).model_fields:
            return getattr(obj, attribute)
        return super().getattr(obj, attribute)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:  # noqa: ANN401 - Jinja's signature
        """Fields of frozen values, and what the sandbox allows."""
        if isinstance(obj, Frozen):
            return attr in type(obj).model_fields
        return super().is_safe_attribute(obj, attr, value)


_FILTERS: Final[dict[str, Callable[..., Any]]] = {
    "counted": _counted,
    "replace": _replace,
    "join": _join,
    "text": values.text,
    "word": values.word,
    "quoted": values.quoted,
    "line": values.line,
    "port_line": values.port_line,
    "banner": values.banner,
    "banner_quoted": values.banner_quoted,
    "vlan_list": lists.vlan_list,
    "port_list": lists.port_list,
    "carried": lists.carried,
    "ip": lists.ip_part,
    "netmask": lists.netmask,
    "prefix": lists.prefix,
    "acl_kind": lists.acl_kind,
}

_GLOBALS: Final[dict[str, Any]] = {
    "range": _bounded_range,
    "namespace": Namespace,
    "secret": values.secret,
    "refuse": values.refuse,
    "zone": lists.zone,
    "memberships": lists.memberships,
    "voice_vlans": lists.voice_vlans,
    "managers": lists.managers,
}
