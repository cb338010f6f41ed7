"""Plugins that are installed: distributions with entry points, tried in a process of their own.

Whatever a plugin does wrong is recorded with its distribution and cause; nx and the others live on.
"""

import json

from tests.nx.toys import plugin

LIST = """
import json, nx
nx.zeros(2); nx.zeros(2)
print(json.dumps({b["name"]: b for b in nx.backends.backends()} | {"at": str(nx.zeros(1).device)}))
"""


def test_a_plugin_is_found_and_preferred(environment):
    environment.install("shiny", plugin("shiny", priority=99))
    done = environment(LIST)
    found = json.loads(done.stdout)
    assert found["at"] == "shiny:cpu"
    assert (
        found["shiny"]
        == {
            "name": "shiny",
            "distribution": "dist-shiny",
            "version": "2.5",
            "state": "loaded",
            "priority": 99,
            "reason": None,
        }
        | found["shiny"]
    )
    assert done.stderr == ""
    program = "import nx; x = nx.ones(3); print((x + x).device, nx.sin(x).sum().device)"
    assert environment(program).stdout == "shiny:cpu shiny:cpu\n"
    assert environment(program, NX_BACKEND="numpy").stdout == "numpy:cpu numpy:cpu\n"


def test_discovery_is_not_done_at_import(environment):
    environment.install("loud", "print('imported')\n" + plugin("loud"))
    assert environment("import nx; nx.float32, nx.Device('loud')").stdout == ""
    assert environment("import nx; nx.zeros(1)").stdout == "imported\n"


BROKEN = {
    "crash": ("1 / 0", "its plugin failed to import: ZeroDivisionError('division by zero')"),
    "quits": ("raise SystemExit(3)", "its plugin failed to import: SystemExit(3)"),
    "missing": ("import no_such_module", "its plugin failed to import: ModuleNotFoundError("),
    "nohook": (
        "x = 1",
        "its plugin is wrong: it implements no hook 'nx_backends' (marked with",
    ),
    "unmarked": (
        plugin("unmarked").replace("@hookimpl", ""),
        "its plugin is wrong: it implements no hook 'nx_backends' (marked with",
    ),
    "foreign": (
        plugin("foreign").replace("@hookimpl", "@__import__('pluggy').HookimplMarker('ny')"),
        "its plugin is wrong: it implements no hook 'nx_backends' (marked with",
    ),
    "misspelled": (
        plugin("misspelled").replace("def nx_backends", "def nx_backend"),
        "its plugin is wrong: it implements the hook 'nx_backend', which nx doesn't know (only 'nx",
    ),
    "twohooks": (
        plugin("twohooks", "@hookimpl\ndef nx_device():\n    return 1"),
        "its plugin is wrong: it implements the hook 'nx_device', which nx doesn't know (only 'nx",
    ),
    "raises": (
        plugin("raises", "@hookimpl\ndef nx_backends():\n    raise OSError('no')"),
        "its plugin failed: OSError('no')",
    ),
    "nothing": (
        plugin("nothing", "@hookimpl\ndef nx_backends():\n    return None"),
        "its plugin is wrong: its hook returned None, not a list of BackendSpec",
    ),
    "wrong": (
        plugin("wrong", "@hookimpl\ndef nx_backends():\n    return [1, spec()]"),
        "its plugin is wrong: its hook returned [1, BackendSpec(name='wrong'",
    ),
    "bare": (
        plugin("bare", "@hookimpl\ndef nx_backends():\n    return spec()"),
        "its plugin is wrong: its hook returned BackendSpec(name='bare'",
    ),
    "signature": (
        plugin("signature", "@hookimpl\ndef nx_backends(extra):\n    return [spec()]"),
        "its plugin failed: PluginValidationError(",
    ),
    "future": (
        plugin("future", "@hookimpl\ndef nx_backends():\n    return [spec(api_version=99)]"),
        "it speaks backend API 99, this nx speaks 1",
    ),
    "unnamed": (
        plugin("unnamed", "@hookimpl\ndef nx_backends():\n    return [spec(name=3)]"),
        "the name 3 is not an identifier",
    ),
    "thief": (
        plugin("thief", "@hookimpl\ndef nx_backends():\n    return [spec(name='numpy')]"),
        "the name is taken by nx-core",
    ),
    "leaves": (
        plugin("leaves", "@hookimpl\ndef nx_backends():\n    raise SystemExit(4)"),
        "its plugin failed: SystemExit(4)",
    ),
    "probe": (
        plugin("probe", "@hookimpl\ndef nx_backends():\n    return [spec(probe=lambda: 1 / 0)]"),
        "its probe failed: ZeroDivisionError('division by zero')",
    ),
    "noprobe": (
        plugin("noprobe", "@hookimpl\ndef nx_backends():\n    return [spec(probe=None)]"),
        "its probe failed: TypeError(",
    ),
    "truth": (
        plugin("truth", "@hookimpl\ndef nx_backends():\n    return [spec(probe=lambda: True)]"),
        "its probe returned True, neither None nor a reason",
    ),
    "urgent": (
        plugin("urgent", "@hookimpl\ndef nx_backends():\n    return [spec(priority='high')]"),
        "the priority 'high' is not an int",
    ),
}


def test_broken_plugins_are_recorded_warned_about_and_survived(environment):
    for name, (source, _) in BROKEN.items():
        environment.install(name, source)
    environment.install("fine", plugin("fine", priority=7))
    environment.install("zfine", plugin("zfine", priority=3))
    done = environment(
        """
        import json, nx
        nx.zeros(2); nx.zeros(2)
        print(json.dumps([str(nx.zeros(1).device), nx.backends.backends()]))
        """,
        NX_BLOCK_BACKENDS="c",
    )
    device, entries = json.loads(done.stdout)
    assert device == "fine:cpu"
    assert {"fine", "zfine", "numpy"} <= {e["name"] for e in entries if e["reason"] is None}
    for name, (_, reason) in BROKEN.items():
        (entry,) = (e for e in entries if e["distribution"] == f"dist-{name}")
        assert entry["reason"].startswith(reason), name
        assert (entry["state"], entry["version"]) == ("unusable", "2.5")
        warning = f"cannot use the backend {entry['name']!r} of dist-{name} ({reason}"
        assert done.stderr.count(warning) == 1, name
    assert done.stderr.count("RuntimeWarning") == len(BROKEN)


def test_a_broken_plugin_is_survived_where_warnings_are_errors(environment):
    environment.install("crash", "1 / 0")
    environment.install("fine", plugin("fine", priority=99))
    program = """
        import nx
        try:
            nx.zeros(2)
        except RuntimeWarning as e:
            print(str(e).splitlines()[0])
        print(nx.zeros(2).device)
        """
    warned, device = environment(program, "-W", "error").stdout.splitlines()
    assert warned.startswith("nx: cannot use the backend 'crash' of dist-crash (its plugin failed")
    assert device == "fine:cpu"


def test_two_plugins_of_one_name(environment):
    environment.install("first", plugin("same"), entry="same")
    environment.install("second", plugin("same"), entry="same")
    environment.install("third", plugin("same"), entry="other")
    done = environment(LIST.replace('{b["name"]: b', '{b["distribution"]: b'))
    found = json.loads(done.stdout)
    states = [found[f"dist-{name}"]["state"] for name in ("first", "second", "third")]
    assert sorted(states) == ["available", "unusable", "unusable"]
    assert done.stderr.count("RuntimeWarning") == 2


def test_a_plugin_named_explicitly_and_unusable_raises_with_its_cause(environment):
    environment.install("crash", "1 / 0")
    done = environment(
        """
        import nx, warnings
        warnings.simplefilter("ignore")
        try:
            nx.zeros(2)
        except nx.BackendError as e:
            print(e)
        """,
        NX_BACKEND="crash",
    )
    message, hint = done.stdout.splitlines()
    reason = "its plugin failed to import: ZeroDivisionError('division by zero')"
    assert message == f"nx: cannot use the backend 'crash' ({reason})"
    assert hint.startswith("hint: usable backends: ")


def test_blocked_plugins_are_not_imported(environment):
    environment.install("crash", "1 / 0")
    environment.install("shiny", plugin("shiny", priority=99))
    done = environment(LIST, NX_BLOCK_BACKENDS="crash, shiny,c")
    found = json.loads(done.stdout)
    assert found["at"] == "numpy:cpu"
    for name in ("crash", "shiny"):
        assert found[name]["reason"] == "blocked by NX_BLOCK_BACKENDS"
    assert done.stderr == ""


def test_one_plugin_may_give_several_backends(environment):
    tail = (
        "@hookimpl\ndef nx_backends():\n    return [spec(), spec(name='twin'), spec(name='twin')]"
    )
    environment.install("pair", plugin("pair", tail))
    found = json.loads(environment(LIST).stdout)
    assert found["pair"]["state"] == "available"
    assert found["twin"]["reason"] == "the name is taken by dist-pair"


def test_blocking_goes_by_the_backend_too_and_never_takes_numpy(environment):
    tail = "@hookimpl\ndef nx_backends():\n    return [spec(), spec(name='twin', priority=9)]"
    environment.install("pair", plugin("pair", tail, priority=8))
    done = environment(LIST, NX_BLOCK_BACKENDS="twin,numpy,c")
    found = json.loads(done.stdout)
    assert found["at"] == "pair:cpu"
    assert found["twin"]["reason"] == "blocked by NX_BLOCK_BACKENDS"
    assert found["numpy"]["state"] == "available"
    assert done.stderr == ""


def error_of(action):
    """Return a program that prints the BackendError which an action raises, after a look at nx."""
    return f"""
        import nx, warnings
        warnings.simplefilter("ignore")
        try:
            {action}
        except nx.BackendError as e:
            print(e)
        """


def test_a_blocked_backend_named_explicitly_raises(environment):
    environment.install("shiny", plugin("shiny"))
    program = error_of("nx.zeros(2, device='shiny')")
    done = environment(program, NX_BLOCK_BACKENDS="shiny")
    first = done.stdout.splitlines()[0]
    assert first == "nx: cannot use the backend 'shiny' (blocked by NX_BLOCK_BACKENDS)"


def test_an_optional_hook_may_be_unknown(environment):
    tail = (
        "@__import__('pluggy').HookimplMarker('nx')(optionalhook=True)\ndef nx_later():\n    pass"
    )
    environment.install("newer", plugin("newer", tail, priority=99))
    done = environment(LIST)
    assert json.loads(done.stdout)["at"] == "newer:cpu"
    assert done.stderr == ""


def test_a_plugin_whose_backend_fails_to_load_gives_way_to_the_next(environment):
    tail = "def fail():\n    raise OSError('no such library')\n"
    tail += "@hookimpl\ndef nx_backends():\n    return [spec(load=fail)]"
    environment.install("broken", plugin("broken", tail, priority=99))
    environment.install("next", plugin("next", priority=98))
    done = environment(LIST)
    found = json.loads(done.stdout)
    reason = "it failed to load: OSError('no such library')"
    assert found["at"] == "next:cpu"
    assert (found["broken"]["state"], found["broken"]["reason"]) == ("unusable", reason)
    assert done.stderr.count("RuntimeWarning") == 1
    assert f"nx: cannot load the backend 'broken' of dist-broken ({reason})" in done.stderr
    assert "hint: set NX_BLOCK_BACKENDS=broken to do without it" in done.stderr


def test_the_hint_names_the_plugin_and_not_the_backend_it_claims_to_be(environment):
    environment.install("thief", BROKEN["thief"][0])
    done = environment("import nx; nx.zeros(2)")
    assert "nx: cannot use the backend 'numpy' of dist-thief (the name is taken by" in done.stderr
    assert "hint: set NX_BLOCK_BACKENDS=thief to do without it" in done.stderr
    assert environment("import nx; nx.zeros(2)", NX_BLOCK_BACKENDS="thief").stderr == ""


ALONE = """
@hookimpl
def nx_backends():
    return [spec(load=Alone)]

class Alone(Good):
    fallback = False
    kernels = {"add": lambda x, y: (x + y)[:1], "full": lambda shape, value, dtype, device:
               np.full(shape, value, dtype.numpy)}
"""


def test_a_plugin_that_lacks_a_kernel(environment):
    environment.install("alone", plugin("alone", ALONE, priority=99))
    done = environment(error_of("nx.sin(nx.ones(3))"))
    problem = "cannot run on the backend 'alone', which has no kernel for (float32[3])"
    assert done.stdout == f"sin: {problem}\nhint: move the array: x.to_device('numpy')\n"
    done = environment(error_of("print(nx.sin(nx.ones(3).to_device('numpy')).shape)"))
    assert done.stdout == "(3,)\n"


def test_a_plugin_that_returns_a_wrong_shape(environment):
    environment.install("alone", plugin("alone", ALONE, priority=99))
    done = environment(error_of("nx.ones(3) + nx.ones(3)"), NX_CHECK="1")
    problem = "cannot accept the backend 'alone''s result float32[1] (float32[3] was inferred)"
    assert done.stdout.splitlines()[0] == f"add: {problem}"


STRICT = {"NX_STRICT_PLUGINS": "1", "NX_BLOCK_BACKENDS": "c"}


def test_strict_mode_makes_failures_errors_each_time(environment):
    environment.install("crash", "1 / 0")
    environment.install("fine", plugin("fine", priority=99))
    environment.install("future", BROKEN["future"][0])
    environment.install("probe", BROKEN["probe"][0])
    program = """
        import nx
        for device in (None, "numpy", "fine"):
            try:
                nx.zeros(2, device=device)
            except nx.BackendError as e:
                print(e)
        """
    done = environment(program, **STRICT)
    broken = (
        "'probe' of dist-probe (its probe failed: ZeroDivisionError('division by zero')), "
        "'crash' of dist-crash (its plugin failed to import: ZeroDivisionError('division by "
        "zero')), 'future' of dist-future (it speaks backend API 99, this nx speaks 1)"
    )
    hint = "hint: unset NX_STRICT_PLUGINS to go on without what fails"
    assert done.stdout == f"nx: cannot use the backend {broken}\n{hint}\n" * 3
    assert done.stderr == ""
    assert environment("import nx", **STRICT).stderr == ""
    blocked = STRICT | {"NX_BLOCK_BACKENDS": "c,crash,future,probe"}
    assert environment(program, **blocked).stdout == ""
    assert environment(program, NX_STRICT_PLUGINS="0").stdout == ""


def test_strict_mode_lets_pass_what_is_absent_or_blocked(environment):
    tail = "@hookimpl\ndef nx_backends():\n    return [spec(probe=lambda: 'no such card')]"
    environment.install("absent", plugin("absent", tail))
    done = environment(LIST, **STRICT)
    assert json.loads(done.stdout)["at"] == "numpy:cpu"
    assert done.stderr == ""


def test_strict_mode_stops_where_the_best_backend_does_not_load(environment):
    tail = "@hookimpl\ndef nx_backends():\n    return [spec(load=lambda: 3)]"
    environment.install("broken", plugin("broken", tail, priority=99))
    done = environment(error_of("nx.zeros(2)"), **STRICT)
    cause = "TypeError('its loader returned int, no Backend')"
    assert done.stdout == f"nx: cannot load the backend 'broken' ({cause})\n"
