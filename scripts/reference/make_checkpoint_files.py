"""Writes the files of Tests/Data/checkpoints with the pinned PyTorch.

    build-artifacts/reference-venv/bin/python scripts/reference/make_checkpoint_files.py

Element i of every tensor, in row-major order, is (i % 97) / 8 - 6 plus an offset of its own, which
all of the number formats hold exactly, so that the tests need no second copy of the values.
"""

import argparse
import pathlib

import numpy
import torch

folder = pathlib.Path(__file__).resolve().parents[2] / "Tests" / "Data" / "checkpoints"


def tensor(*shape, offset=0, dtype=torch.float32):
    count = int(numpy.prod(shape, dtype=int))
    values = (torch.arange(count) % 97) / 8 - 6 + offset
    return values.reshape(shape).to(dtype)


def state_dict():
    whole = tensor(4, 6, offset=1)
    return {
        "linear.weight": tensor(5, 3),
        "linear.bias": tensor(5, offset=2),
        "scalar": torch.tensor(2.5),
        "empty": torch.zeros(0, 4),
        # Saved as views of one storage: the tests expect the values of `.contiguous()`.
        "transposed": torch.nn.Parameter(tensor(3, 4).T),
        "whole": whole,
        "row": whole[2],
        "column": whole[:, 1],
        "half": tensor(2, 7, dtype=torch.float16),
        "brain": tensor(2, 7, dtype=torch.bfloat16),
        "double": tensor(3, dtype=torch.float64),
        "long": torch.arange(-2, 5),
        "int": torch.arange(-2, 5, dtype=torch.int32),
        "short": torch.arange(-2, 5, dtype=torch.int16),
        "char": torch.arange(-2, 5, dtype=torch.int8),
        "byte": torch.arange(250, 256).to(torch.uint8),
        "bool": torch.tensor([True, False, True]),
    }


class Block(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = torch.nn.Linear(3, 2)
        self.register_buffer("mask", torch.tensor([True, False]))

    def forward(self, x):
        return self.linear(x)


class Tower(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.block = Block()
        self.scale = torch.nn.Parameter(torch.tensor(1.5))
        with torch.no_grad():
            self.block.linear.weight.copy_(tensor(2, 3))
            self.block.linear.bias.copy_(tensor(2, offset=2))

    def forward(self, x):
        return self.block(x) * self.scale


def main():
    folder.mkdir(parents=True, exist_ok=True)
    torch.save(state_dict(), folder / "state_dict.bin")
    torch.save(state_dict(), folder / "legacy.bin", _use_new_zipfile_serialization=False)
    # A newer dtype goes through _rebuild_tensor_v3 and an untyped storage.
    torch.save({"unsigned": torch.arange(5).to(torch.uint16)}, folder / "untyped.bin")
    # A module's state dict is an OrderedDict with _metadata.
    module = torch.nn.DataParallel(Tower())
    optimizer = torch.optim.AdamW(module.parameters())
    module(torch.ones(1, 3)).sum().backward()
    optimizer.step()
    with torch.no_grad():
        module.module.block.linear.weight.copy_(tensor(2, 3))
    torch.save(
        {
            "epoch": 3,
            "arguments": argparse.Namespace(lr=1e-3, name="tiny"),
            "losses": [1.5, 0.25],
            "state_dict": module.state_dict(),
            "optimizer": optimizer.state_dict(),
        },
        folder / "training.pt",
    )
    torch.jit.script(Tower()).save(str(folder / "scripted.pt"))
    # What must be refused: the whole module, which is code by name.
    torch.save(torch.nn.Linear(2, 2), folder / "module.bin")
    numpy.save(folder / "float32.npy", tensor(3, 4).numpy())
    numpy.save(folder / "float16.npy", tensor(5).half().numpy())
    with open(folder / "version2.npy", "wb") as file:
        numpy.lib.format.write_array(file, tensor(2, 2).numpy(), version=(2, 0))
    numpy.save(folder / "fortran.npy", numpy.asfortranarray(tensor(3, 4).numpy()))
    numpy.save(folder / "float64.npy", tensor(3).double().numpy())


if __name__ == "__main__":
    main()
