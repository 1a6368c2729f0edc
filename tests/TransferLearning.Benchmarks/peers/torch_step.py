"""Times training steps of MobileNetV2 with PyTorch, the peer of `device` (docs/devices.md).

torch_step.py DEVICE STEPS prints one line: images a second of the last quarter and of all layers, in batches of 32.
The networks are those that the library trains: normalization folded into the convolutions, AdamW, TF32 where the card has it.
"""

import sys
import time

import torch
from torch import nn

BATCH, CLASSES = 32, 10
STAGES = [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)]


class InvertedResidual(nn.Module):
    def __init__(self, inputs, outputs, expansion, stride):
        super().__init__()
        hidden = inputs * expansion
        widen = [] if expansion == 1 else [nn.Conv2d(inputs, hidden, 1), nn.ReLU6(inplace=True)]
        depthwise = nn.Conv2d(hidden, hidden, 3, stride=stride, padding=1, groups=hidden)
        self.body = nn.Sequential(*widen, depthwise, nn.ReLU6(inplace=True), nn.Conv2d(hidden, outputs, 1))
        self.is_residual = stride == 1 and inputs == outputs

    def forward(self, images):
        return images + self.body(images) if self.is_residual else self.body(images)


def network(whole):
    channels = 32 if whole else 96
    parts = [nn.Conv2d(3, 32, 3, stride=2, padding=1), nn.ReLU6(inplace=True)] if whole else []
    for expansion, outputs, blocks, stride in STAGES if whole else STAGES[5:]:
        for block in range(blocks):
            parts.append(InvertedResidual(channels, outputs, expansion, stride if block == 0 else 1))
            channels = outputs
    parts += [nn.Conv2d(channels, 1280, 1), nn.ReLU6(inplace=True), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(1280, CLASSES)]
    return nn.Sequential(*parts)


def images_a_second(device, whole, steps):
    trained = network(whole).to(device)
    shape = (3, 224, 224) if whole else (96, 14, 14)
    # In ordinary memory, as a data set is: every step copies its batch.
    images = torch.rand(4, BATCH, *shape)
    labels = torch.arange(BATCH) % CLASSES
    optimizer = torch.optim.AdamW(trained.parameters(), lr=1e-4)

    def step(number):
        optimizer.zero_grad(set_to_none=True)
        loss = nn.functional.cross_entropy(trained(images[number % 4].to(device)), labels.to(device))
        loss.backward()
        optimizer.step()
        return loss.item()

    for warm_up in range(3):
        step(warm_up)
    start = time.perf_counter()
    for number in range(steps):
        step(number)
    return BATCH * steps / (time.perf_counter() - start)


if __name__ == "__main__":
    torch.manual_seed(0)
    torch.backends.cuda.matmul.allow_tf32 = True
    torch.backends.cudnn.allow_tf32 = True
    place = torch.device(sys.argv[1])
    print(*(f"{images_a_second(place, whole, int(sys.argv[2])):.1f}" for whole in (False, True)))
