"""The digits demo: it learns, it can't learn from shuffled labels, and it shows what it learned."""

import re
import subprocess
import sys
from pathlib import Path

import matplotlib.image
import numpy as np
import nx
import pytest

from tests.scripts import imported

FOLDER = Path(__file__).parents[2] / "examples" / "digits"
EPOCHS = 20  # half of the demo's


@pytest.fixture(scope="module")
def demo():
    with imported(FOLDER, "train") as (module,):
        yield module


@pytest.fixture(scope="module")
def trained(demo):
    digits = demo.data.split(demo.data.load(), nx.random.key(demo.SPLIT))
    return *digits, *demo.train(*digits, EPOCHS, nx.random.key(demo.TRAINING))


def test_the_split_loses_no_digit_and_repeats_none(demo):
    digits = demo.data.load()
    parts = demo.data.split(digits, nx.random.key(demo.SPLIT))
    assert [len(part.labels) for part in parts] == [1437, 360]
    assert all(part.images.shape == (len(part.labels), 64) for part in parts)

    def rows(images, labels):
        table = np.column_stack([images.numpy(), labels.numpy()])
        return table[np.lexsort(table.T)]

    joined = [nx.concat(columns) for columns in zip(*parts, strict=True)]
    np.testing.assert_array_equal(rows(*joined), rows(*digits))


def test_it_learns_to_read(trained):
    history = trained[3]
    assert history.accuracy[-1] >= 0.97
    assert history.loss[-1] < 0.15
    assert history.training_loss[-1] < history.training_loss[0] / 4


def test_nothing_is_learned_from_shuffled_labels(demo):
    images, labels = demo.data.load()
    labels = nx.random.permutation(nx.random.key(demo.SHUFFLING), labels)
    digits = demo.data.split(demo.data.Digits(images, labels), nx.random.key(demo.SPLIT))
    _, history = demo.train(*digits, EPOCHS, nx.random.key(demo.TRAINING))
    assert history.accuracy[-1] <= 0.2


def test_the_accuracy_is_the_share_of_right_predictions(demo, trained):
    _, held_out, network, history = trained
    predicted = demo.model.predict(network, held_out.images).numpy()
    assert history.accuracy[-1] == pytest.approx(np.mean(predicted == held_out.labels.numpy()))


def picture(file):
    """Return a PNG's pixels, having seen that it is a picture of something."""
    pixels = matplotlib.image.imread(file, format="png")
    assert min(pixels.shape[:2]) > 300
    colors = np.ascontiguousarray(np.round(pixels * 255).astype(np.uint8)).view(np.uint32)
    assert len(np.unique(colors)) > 20
    return pixels


def reddish(pixels):
    return np.mean((pixels[..., 0] > 0.7) & (pixels[..., 1] < 0.3) & (pixels[..., 2] < 0.4))


def test_the_curves_are_drawn(demo, trained, tmp_path):
    picture(demo.plots.curves(trained[3], tmp_path / "curves.png"))


def test_the_samples_show_errors_in_red_and_nothing_else(demo, trained, tmp_path):
    held_out = trained[1]
    right = held_out.labels
    wrong = nx.where(nx.arange(len(right)) == 3, (right + 1) % 10, right)
    without = picture(demo.plots.samples(held_out, right, tmp_path / "right.png"))
    with_one = picture(demo.plots.samples(held_out, wrong, tmp_path / "wrong.png"))
    assert reddish(without) == 0.0
    assert reddish(with_one) > 0.001


@pytest.mark.parametrize("options", [[], ["--shuffle-labels"]], ids=["as it is", "shuffled"])
def test_the_command_runs_from_end_to_end(tmp_path, options):
    command = [sys.executable, str(FOLDER / "train.py"), "--epochs", "2", "--out", "plots"]
    done = subprocess.run([*command, *options], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert re.match(rf"Running on {nx.backends.default_device()}\b", done.stdout)
    assert ("labels are shuffled" in done.stdout) == bool(options)
    found = re.search(r"Held-out loss (\d+\.\d+), accuracy (\d+\.\d+)%", done.stdout)
    assert (float(found[2]) < 20.0) if options else (float(found[2]) > 80.0)
    assert "training: 100%" in done.stderr
    assert sorted(file.name for file in (tmp_path / "plots").iterdir()) == [
        "curves.png",
        "predictions.png",
    ]
    for file in (tmp_path / "plots").iterdir():
        picture(file)


def test_it_says_so_when_the_c_backend_is_missing(demo, monkeypatch):
    monkeypatch.setattr(nx.backends, "default_device", lambda: nx.zeros(1, device="numpy").device)
    row = {"name": "c", "reason": "its compiled module is missing"}
    for rows, said in (
        ([], "isn't installed (building it takes a C compiler)"),
        ([row], "can't be used here: its compiled module is missing"),
        ([row | {"reason": None}], "is there too, but wasn't chosen"),
    ):
        monkeypatch.setattr(nx.backends, "backends", lambda rows=rows: rows)
        assert demo.where() == f"Running on numpy:cpu. The C backend {said}."


def test_no_epochs_are_refused(demo, capsys):
    with pytest.raises(SystemExit):
        demo.main(["--epochs", "0"])
    assert "--epochs: cannot train for 0 epochs (1 at least)" in capsys.readouterr().err
