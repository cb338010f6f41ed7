"""The programs beside the page "Rune and JAX": each runs by itself, and what it prints is right.

Expected values are computed with NumPy and by hand, from no derivative rule.
"""

import ast
import contextlib
import io
import re
import runpy
import subprocess
import sys
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).parents[2] / "examples" / "rune_vs_jax"
PROGRAMS = sorted(FOLDER.glob("*.py"))
LINE = re.compile(r"^([^:()]+(?:\([^:]*\))?): (.*)$")


def printed(name):
    """Run a program; give its values by their labels, and all of its lines."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        runpy.run_path(str(FOLDER / f"{name}.py"), run_name="__main__")
    lines = out.getvalue().splitlines()
    values = {}
    for line in lines:
        match = LINE.match(line)
        if match:
            try:
                values[match[1]] = ast.literal_eval(match[2])
            except (SyntaxError, ValueError):
                values[match[1]] = match[2]
    return values, lines


def alike(found, expected, **expectation):
    """Compare values by label, with a tolerance for float32."""
    for label, value in expected.items():
        if isinstance(value, (str, bool)):
            assert found[label] == value, label
        else:
            np.testing.assert_allclose(
                found[label], value, **{"rtol": 1e-5, "atol": 1e-6} | expectation, err_msg=label
            )


def test_each_program_has_a_row_and_a_test():
    rows = re.findall(r"^\| `(\w+)\.py` \|", (FOLDER / "README.md").read_text(), re.MULTILINE)
    names = [program.stem for program in PROGRAMS]
    assert sorted(rows) == names
    assert {f"test_{name}" for name in names} <= set(globals())


def test_a_program_runs_by_itself(tmp_path):
    command = [sys.executable, "-W", "error", str(FOLDER / "reverse_mode.py")]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == printed("reverse_mode")[1]


def test_big_picture():
    found, _ = printed("big_picture")
    alike(found, {"gradient": [2, 4, 6], "changed": [10, 2, 3], "original": [1, 2, 3]})
    assert found["inside, the type is"] == "Array"
    assert found["inside, the value is"] == "[1. 2. 3.]"
    assert found["device"] == "numpy:cpu"


def test_reverse_mode():
    found, _ = printed("reverse_mode")
    x = np.array([1.0, 2.0, 3.0])
    alike(
        found,
        {
            "gradient": 2 * x,
            "value": 14.0,
            "by argnums": [6.0, 48.0],
            "of a list": [6.0, 48.0],
            "loss beside aux": np.sum(np.sin(x) ** 2),
            "gradient beside aux": np.sin(2 * x),
            "aux": np.sin(x),
            "derivatives of x**4 at 2": [16.0, 32.0, 48.0, 48.0],
        },
    )
    assert found["both of a list"] == [73.0, [6.0, 48.0]]


def test_vjp():
    jacobian = np.diag([2.0, 4.0, 6.0])
    alike(
        printed("vjp")[0],
        {
            "output": [1.0, 4.0, 9.0],
            "product": [1.0, 10.0, 100.0] @ jacobian,
            "of a list": [5.0, 2.0],
            "first row": jacobian[0],
            "second row": jacobian[1],
            "Jacobian": jacobian,
        },
    )


def test_jvp():
    x, v = np.array([1.0, 2.0, 3.0]), np.array([1.0, 0.5, -1.0])
    alike(
        printed("jvp")[0],
        {
            "output": x * x,
            "tangent": 2 * x * v,
            "of a list": 2.0 * 10.0 + 5.0 * 1.0,
            "beside aux": np.sum(2 * x * v),
            "aux": x + 1,
            "Jacobian": np.diag(2 * x),
            "Hessian": np.diag(6 * x),
            "Hessian times v": 6 * x * v,
        },
    )


def test_stopping_gradients():
    x = np.array([1.0, 2.0, 6.0])
    constant = 3 * (x - x.mean()) ** 2
    alike(
        printed("stopping_gradients")[0],
        {
            "centred": constant,
            "in_a_block": constant,
            "by_a_function": constant,
            "followed": constant - constant.mean(),
        },
    )


def test_vmap():
    batch, factor = np.arange(6.0).reshape(3, 2), np.array([10.0, 100.0])
    found, _ = printed("vmap")
    alike(
        found,
        {
            "rows": (batch**2).sum(1),
            "columns": (batch**2).sum(0),
            "columns, in words": (batch**2).sum(0),
            "shared factor": batch * factor,
            "lanes behind": (batch * factor).T,
            "gradient of each example": 2 * (batch @ factor)[:, None] * batch,
            "shares": np.array([1.0, 3.0, 4.0]) / 8.0,
        },
    )
    assert "cannot return an output of every lane" in found["out_axes=None of what differs"]


def test_gradient_checking():
    found, _ = printed("gradient_checking")
    x = np.array([0.3, 0.7, 2.0])
    exact = np.cos(x) * x + np.sin(x)
    alike(found, {"right passed": 3, "its values": [0.3, 0.6], "Jacobian": np.diag(np.cos(x))})
    alike(found, {"central": exact}, rtol=1e-8)
    alike(found, {"forward": exact}, atol=1e-4)
    assert found["wrong failed"] == (3, 3)
    assert found["worst element"] == (0,)
    assert found["both inputs"] == [True, True]


def test_debugging():
    found, lines = printed("debugging")
    x = np.array([2.0, 3.0])
    alike(
        found,
        {
            "value": 4 + np.sin(2.0),
            "branch": 2.0,
            "slope, debugged inside": 4 + np.cos(2.0),
            "slope, debugged around": 4 + np.cos(2.0),
            "lanes": x * x + np.sin(x),
        },
    )
    assert lines[:4] == [
        "debug(f)",
        "  multiply(float32[] 2., float32[] 2.) -> float32[] 4.",
        "  sin(float32[] 2.) -> float32[] 0.909297",
        "  add(float32[] 4., float32[] 0.909297) -> float32[] 4.909297",
    ]
    assert "  read bool(bool[] False) -> False" in lines
    assert sum(line.startswith("  multiply_cos(") for line in lines) == 1  # around grad only
    assert any("in 2 lanes [2. 3.]" in line for line in lines)


def test_control_flow():
    alike(
        printed("control_flow")[0],
        {
            "magnitude": [1.0, 2.0, 3.0, 4.0],
            "runs": 2,
            "its slopes": [1.0, -1.0, 1.0, -1.0],
            "halved": [1.0, -1.0, 0.75, -1.0],
            "slopes of halved": [1.0, 0.5, 0.25, 0.25],
            "factorial": [1.0, 6.0, 120.0, 6.0],
            "power": [1.0, 4.0, 27.0, 16.0],
            "guarded": [0.0, 0.0, np.log(3.0), 0.0],
        },
    )


def test_not_there():
    found, _ = printed("not_there")
    assert found["jit"] == "call the function itself: operations run at once"
    assert "loop" in found["scan"]
    assert len(found) == 9
    alike(found, {"sums": [1.0, 3.0, 6.0], "linearized": [[3.0, 3.0], [0.0, 3.0]]})


def test_cheat_sheet():
    found, _ = printed("cheat_sheet")
    x, y, v = np.array([1.0, 2.0]), np.array([3.0, 4.0]), np.array([1.0, -1.0])
    alike(
        found,
        {
            "grad": 3 * x**2,
            "grads": [y, x],
            "grad of grad": 12.0,
            "vjp": [x**2, 2 * x * v],
            "jvp": [x**2, 2 * x * v],
            "detach": x,
            "no_grad": x * x,
            "vmap": [np.sum(x**3), np.sum(y**3)],
            "vmaps": [x @ v, y @ v],
            "vmap of grad": [3 * x**2, 3 * y**2],
            "check_gradient": True,
            "finite_diff": 3 * x**2,
            "debug": 9.0,
        },
    )
    assert found["value_and_grad"] == [9.0, [3.0, 12.0]]
    assert found["value_and_grad_aux"] == [9.0, [3.0, 12.0], [2.0, 3.0]]


def test_random_numbers():
    found, _ = printed("random_numbers")
    assert found["bits"] == [4070199207, 4202968722, 1427181096]  # JAX's, of key 0
    assert found["estimates differ"] is True
    assert found["repeated"] is True
    alike(found, {"their mean": np.pi}, atol=0.05)  # 16,000 points: three sigma are 0.04
    noise = np.array(found["noise of each lane"])
    assert len(set(noise)) == 3
    alike(found, {"with noise": [1 + noise[0], -1 - noise[1], 2 + noise[2]]})
    alike(found, {"slope of the variance at 3": 6.0}, rtol=0.1)  # 5,000 draws: sigma is 0.02


def test_training_loop():
    found, _ = printed("training_loop")
    assert found["first loss"] > 0.4
    assert found["last loss"] < 0.005
    alike(found, {"at pi / 2": 1.0, "slope at 0": 1.0}, atol=0.1)  # it is but trained
