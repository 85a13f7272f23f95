"""The pure diff: edits, unmanaged lines, what cannot be checked."""

from hypothesis import given
from hypothesis import strategies as st

from campusctl.engine.diff import compare
from campusctl.model.secret import Secret, SecretKind
from campusctl.model.setting import Edit, State


def test_equal_states_have_nothing_between_them() -> None:
    """The same settings in another order are the same state."""
    left = State({("hostname",): "a", ("vlan", "10"): True})
    right = State({("vlan", "10"): True, ("hostname",): "a"})
    assert compare(left, right) == ((), (), ())


def test_edits_name_path_before_and_after() -> None:
    """What changes, comes and goes, each with both sides."""
    before = State({("hostname",): "a", ("vlan", "10"): True})
    after = State({("hostname",): "b", ("vlan", "20"): True})
    assert compare(before, after).edits == (
        Edit(("hostname",), "a", "b"),
        Edit(("vlan", "20"), None, True),
        Edit(("vlan", "10"), True, None),
    )


def test_unknown_line_of_the_device_is_kept_and_reported() -> None:
    """A line that no parser knows is unmanaged, never negated."""
    before = State({("free", "interface 1", "weird thing"): True})
    found = compare(before, State())
    assert found.edits == ()
    assert found.unmanaged == (("free", "interface 1", "weird thing"),)


def test_unknown_line_goes_where_the_template_owns_the_section() -> None:
    """`manage:` makes a section authoritative."""
    before = State({("free", "router ospf 1", "network x"): True})
    after = State({}, manages=frozenset({("free", "router ospf 1")}))
    assert compare(before, after).edits == (Edit(("free", "router ospf 1", "network x"), True, None),)


def test_secret_that_cannot_be_compared_is_no_drift() -> None:
    """It is listed, so that nobody believes it was checked."""
    path = ("user", "admin", "secret")
    before = State({path: Secret("AQB", SecretKind.OPAQUE)})
    after = State({path: Secret("geheim", ref="a")})
    assert compare(before, after) == ((), (), (path,))


_PATHS = st.tuples(st.sampled_from(["vlan", "port"]), st.sampled_from("abc"), st.sampled_from("xyz"))
_STATES = st.dictionaries(_PATHS, st.integers(2, 5) | st.text(max_size=3) | st.just(True)).map(State)


@given(_STATES, _STATES)
def test_edits_lead_from_one_state_to_the_other(before: State, after: State) -> None:
    """Applying the edits gives exactly the other state; a second diff is empty."""
    reached = before.edited(compare(before, after).edits)
    assert dict(reached.settings) == dict(after.settings)
    assert compare(reached, after) == ((), (), ())


@given(_STATES, _STATES)
def test_digest_tells_states_apart(left: State, right: State) -> None:
    """Equal states have equal fingerprints, in any order of settings; different ones differ."""
    key = b"k" * 32
    assert (left.digest(key) == right.digest(key)) == (dict(left.settings) == dict(right.settings))
    assert left.digest(key) != left.digest(b"other")
