"""PyTorch on the CPU, eager, gradients through its tape."""

import torch
from inputs import CHAIN, uniform

__all__ = ["VERSION", "WORKLOADS"]

VERSION = torch.__version__


def add():
    a, b = torch.from_numpy(uniform(8)), torch.from_numpy(uniform(8, seed=1))
    return lambda: a + b


def scale():
    a = torch.from_numpy(uniform(8))
    return lambda: a * 2.0


def chain(x):
    for _ in range(CHAIN):
        x = torch.sin(x)
    return x


def sines():
    x = torch.from_numpy(uniform(16))
    return lambda: chain(x)


def sines_grad():
    x = torch.from_numpy(uniform(16)).requires_grad_()

    def run():
        loss = torch.sum(chain(x))
        return loss.detach(), torch.autograd.grad(loss, [x])

    return run


WORKLOADS = {"add": add, "scale": scale, "sines": sines, "sines_grad": sines_grad}
