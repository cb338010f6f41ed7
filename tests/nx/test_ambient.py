"""The ambient generator: every thread and task has a stream of its own, the same in every run."""

import asyncio
import contextvars
import threading
from concurrent.futures import ThreadPoolExecutor

import nx
import pytest
from nx.effects import Handler, handling


def drawn():
    return tuple(nx.rand(2, dtype=nx.float64).tolist())


def in_thread(function):
    found = []
    thread = threading.Thread(target=lambda: found.append(function()))
    thread.start()
    thread.join()
    return found[0]


def test_the_same_seed_draws_the_same():
    runs = []
    for _ in range(2):
        nx.seed(5)
        runs.append([drawn(), drawn(), nx.randn(3).tolist()])
    assert runs[0] == runs[1]
    assert runs[0][0] != runs[0][1]
    nx.seed(6)
    assert drawn() != runs[0][0]


def test_threads_in_a_fixed_order_draw_the_same():
    def run():
        nx.seed(1)
        return [drawn(), in_thread(drawn), in_thread(drawn), drawn()]

    first = run()
    assert first == run()
    assert len({*first}) == 4


def test_threads_at_once_share_no_number():
    nx.seed(2)
    barrier = threading.Barrier(8)

    def many():
        barrier.wait()
        return [drawn() for _ in range(25)]

    with ThreadPoolExecutor(8) as pool:
        numbers = [x for run in pool.map(lambda _: many(), range(8)) for x in run]
    assert len({*numbers}) == 200


def test_tasks_share_no_number_with_each_other_or_their_parent():
    """A task begins with a copy of its parent's context."""

    async def child():
        first = drawn()
        await asyncio.sleep(0)
        return [first, drawn()]

    async def parent():
        mine = [drawn()]
        both = await asyncio.gather(child(), child())
        return [*mine, *both[0], *both[1], drawn()]

    def run():
        nx.seed(3)
        return [drawn(), *asyncio.run(parent()), drawn()]

    first = run()
    assert len({*first}) == len(first) == 8
    assert first == run()


def test_a_copied_context_goes_on_where_the_stream_is():
    nx.seed(4)
    numbers = [drawn(), contextvars.copy_context().run(drawn), drawn()]
    assert len({*numbers}) == 3


def test_threads_of_a_loop_share_no_number():
    async def parent():
        return [drawn(), *[await asyncio.to_thread(drawn) for _ in range(3)], drawn()]

    nx.seed(5)
    assert len({*asyncio.run(parent())}) == 5


def test_seed_inside_a_transformation():
    class Through(Handler):
        pass

    with (
        handling(Through()),
        pytest.raises(nx.NxError, match=r"^seed: cannot seed inside a transformation\n"),
    ):
        nx.seed(0)
    nx.seed(0)


def test_a_draw_performs_nothing_in_a_transformation():
    """Its key comes from below; only the numbers made of it are performed here."""

    class Watch(Handler):
        hashes = 0

        def perform(self, primitive, operands, params, rest):
            self.hashes += primitive.name == "random_bits"
            return super().perform(primitive, operands, params, rest)

    with handling(Watch()) as watch:
        nx.rand(3)
    assert watch.hashes == 1


def test_bad_seeds():
    with pytest.raises(nx.DTypeError, match=r"^key: cannot seed with str\n"):
        nx.seed("a")
    with pytest.raises(nx.DTypeError, match=r"^key: cannot seed with 18446744073709551616 "):
        nx.seed(2**64)
