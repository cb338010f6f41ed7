"""threefry2x32 and random_bits: the published vectors, and the hash in Python's integers."""

import numpy as np
import nx_cbackend
import pytest

from tests.nx_cbackend.support import native, wrap

PUBLISHED = (  # key, counter, words: Random123's kat_vectors, threefry2x32 with 20 rounds
    ((0, 0), (0, 0), (0x6B200159, 0x99BA4EFE)),
    ((0xFFFFFFFF, 0xFFFFFFFF), (0xFFFFFFFF, 0xFFFFFFFF), (0x1CB996FC, 0xBB002BE7)),
    ((0x13198A2E, 0x03707344), (0x243F6A88, 0x85A308D3), (0xC4923A9C, 0x483DF7A0)),
)
ROTATIONS = (13, 15, 26, 6, 17, 29, 16, 24)
MASK = 0xFFFFFFFF


def hashed(key, counter):
    """Hash one pair; J. K. Salmon and others, SC '11."""
    keys = [int(key[0]), int(key[1])]
    keys.append(keys[0] ^ keys[1] ^ 0x1BD11BDA)
    a, b = int(counter[0]) + keys[0] & MASK, int(counter[1]) + keys[1] & MASK
    for i in range(20):
        a = a + b & MASK
        turn = ROTATIONS[i % 8]
        b = (b << turn | b >> 32 - turn) & MASK ^ a
        if i % 4 == 3:
            n = i // 4 + 1
            a, b = a + keys[n % 3] & MASK, b + keys[(n + 1) % 3] + n & MASK
    return a, b


def run(key, counter):
    return np.asarray(native.bind("threefry2x32", ())(wrap(key), wrap(counter)))


def by_hand(key, counter):
    out = np.empty(np.broadcast_shapes(key.shape, counter.shape), np.uint32)
    keys, counters = np.broadcast_to(key, out.shape), np.broadcast_to(counter, out.shape)
    for index in np.ndindex(out.shape[:-1]):
        out[index] = hashed(keys[index], counters[index])
    return out


def words(*shape, seed=0):
    return np.random.default_rng(seed).integers(0, 2**32, shape, np.uint32)


@pytest.mark.parametrize(("key", "counter", "expected"), PUBLISHED)
def test_published_vectors(key, counter, expected):
    assert hashed(key, counter) == expected
    result = run(np.array(key, np.uint32), np.array(counter, np.uint32))
    assert result.tolist() == list(expected)


@pytest.mark.parametrize(
    ("key", "counter"),
    [
        ((2,), (2,)),
        ((2,), (0, 2)),
        ((2,), (1, 2)),
        ((2,), (129, 2)),
        ((65, 2), (65, 2)),
        ((65, 2), (2,)),
        ((3, 1, 2), (70, 2)),
        ((2, 1, 3, 2), (5, 1, 2)),
    ],
)
def test_broadcast_keys_and_counters(key, counter):
    k, c = words(*key), words(*counter, seed=1)
    np.testing.assert_array_equal(run(k, c), by_hand(k, c))


def test_layouts():
    k, c = words(2, 40), words(41, 80, 4, seed=1)
    for keys in (k.T, k.T[::-1], k.T[:, ::-1], np.broadcast_to(k[:, :1].T, (40, 2))):
        for counters in (c[:, ::2, ::2], c[::-1, ::-2, 1:3], c[:, 40:, ::-3], c[:, :40, 3::-3]):
            np.testing.assert_array_equal(run(keys, counters[:3]), by_hand(keys, counters[:3]))


def counters(length):
    at = np.arange(length, dtype=np.uint64)
    return np.stack([at >> np.uint64(32), at & np.uint64(MASK)], -1).astype(np.uint32)


@pytest.mark.parametrize("shape", [(2,), (3, 2), (2, 0, 2), (2, 3, 2)])
@pytest.mark.parametrize("length", [0, 1, 63, 64, 65, 200])
def test_bits_are_hashes_of_the_numbers_from_0_on(shape, length):
    keys = words(*shape)
    pairs = by_hand(keys[..., None, :], counters(length)).astype(np.uint64)
    for width in (32, 64):
        result = np.asarray(native.bind("random_bits", (length, width))(wrap(keys)))
        high, low = pairs[..., 0], pairs[..., 1]
        expected = high ^ low if width == 32 else high << np.uint64(32) | low
        assert result.dtype == f"uint{width}"
        np.testing.assert_array_equal(result, expected)


def test_any_number_of_threads():
    before = nx_cbackend.num_threads()
    key, many = words(2), words(300_001, 2, seed=2)
    results = []
    try:
        for threads in (1, 2, 3):
            nx_cbackend.set_num_threads(threads)
            bits = np.asarray(native.bind("random_bits", (1_000_003, 32))(wrap(key)))
            results.append((run(key, many).tobytes(), bits.tobytes()))
    finally:
        nx_cbackend.set_num_threads(before)
    assert results[0] == results[1] == results[2]
    np.testing.assert_array_equal(
        bits[-3:], [a ^ b for a, b in by_hand(key, counters(1_000_003)[-3:])]
    )
    np.testing.assert_array_equal(run(key, many)[-3:], by_hand(key, many[-3:]))


def test_what_is_not_pairs():
    with pytest.raises(TypeError, match=r"^threefry2x32: cannot compute on these operands"):
        run(words(2), words(3))
    with pytest.raises(
        ValueError, match=r"^threefry2x32: cannot broadcast axis 0 of 2 \(3 != 4\)$"
    ):
        run(words(3, 2), words(4, 2))
