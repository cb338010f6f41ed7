"""Section 10: what there isn't, and what to use instead."""

import nx
import rune


def main() -> None:
    """Ask for JAX's names, then do with what there is."""
    for name in ("jit", "pmap", "device_put", "custom_vjp", "checkpoint", "scan", "while_loop"):
        try:
            getattr(rune, name)
        except AttributeError as error:
            print(f"{name}:", repr(str(error).partition("hint: ")[2]))

    total, sums = nx.asarray(0.0), []
    for x in nx.asarray([1.0, 2.0, 3.0]):  # what JAX would scan
        total = total + x
        sums.append(float(total))
    print("sums:", sums)

    def f(x: nx.Array) -> nx.Array:
        return nx.cumulative_sum(x) * 3.0

    x, units = nx.asarray([1.0, 2.0]), nx.eye(2)
    linearized = rune.vmap(lambda v: rune.jvp(f, x, v)[1])  # what JAX would linearize
    print("linearized:", linearized(units).tolist())


if __name__ == "__main__":
    main()
