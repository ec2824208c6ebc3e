"""A loop as a user would write it: reads batches from Kafka, trains, and publishes checkpoints with its offsets in one
transaction. Participant of the benchmark `pipeline`.

A record's value is RECORD_SAMPLES images of 28 x 28 bytes, then their labels as little-endian int32: nothing to decode.
"""
import io
import time
import warnings

import confluent_kafka
import numpy as np
import torch
from confluent_kafka import Consumer, OFFSET_BEGINNING, Producer, TopicPartition
from torch import nn

from participant import serve

RECORD_SAMPLES = 32
PIXELS = 28 * 28
CHUNK_BYTES = 512 * 1024
CHECKPOINT_SECONDS = 1.0
CHECKPOINTS = "bench.python-checkpoints"

torch.set_num_threads(1)
# Tensors are views of Kafka's read-only bytes, and nothing writes to them.
warnings.filterwarnings("ignore", message="The given NumPy array is not writable")


def network(spec):
    """The built-in networks lenet and mlp, with PyTorch's fastest form of their optimizers."""
    if spec == "lenet":
        model = nn.Sequential(
            nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
            nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10))
        return model, torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9, fused=True)
    if spec == "mlp":
        model = nn.Sequential(nn.Flatten(), nn.Linear(PIXELS, 128), nn.ReLU(), nn.Linear(128, 10))
        return model, torch.optim.Adam(model.parameters(), lr=0.001, fused=True)
    raise SystemExit(f"no network {spec}")


class Batches:
    """Cuts records, in order, into batches of a fixed size. A batch within one record is not copied."""

    def __init__(self, consumer, size):
        self.consumer = consumer
        self.size = size
        self.records = []
        self.at = 0
        self.position = 0

    def next(self):
        """Images as float32 [size, 1, 28, 28], labels as int64 [size]."""
        images, labels, left = [], [], self.size
        while left > 0:
            if not self.records:
                self._read()
            image, label = self.records[-1]
            count = min(left, len(label) - self.at)
            images.append(image[self.at:self.at + count])
            labels.append(label[self.at:self.at + count])
            self.at += count
            left -= count
            if self.at == len(label):
                self.records.pop()
                self.at = 0
                self.position += 1
        image = images[0] if len(images) == 1 else np.concatenate(images)
        label = labels[0] if len(labels) == 1 else np.concatenate(labels)
        pixels = torch.from_numpy(image).to(torch.float32).mul_(1 / 255)
        return pixels.view(-1, 1, 28, 28), torch.from_numpy(label).to(torch.int64)

    def _read(self):
        deadline = time.monotonic() + 30
        messages = []
        while not messages:
            messages = self.consumer.consume(num_messages=64, timeout=1.0)
            if time.monotonic() > deadline:
                raise SystemExit("no record within 30 s")
        for message in reversed(messages):
            if message.error() is not None:
                raise SystemExit(f"cannot read: {message.error()}")
            value = message.value()
            samples = len(value) // (PIXELS + 4)
            image = np.frombuffer(value, np.uint8, samples * PIXELS).reshape(samples, PIXELS)
            self.records.append((image, np.frombuffer(value, "<i4", samples, samples * PIXELS)))


class Checkpoints:
    """Publishes model and optimizer state in chunks, with the offset, in one transaction."""

    def __init__(self, producer, consumer, topic, model, optimizer):
        self.producer, self.consumer, self.topic = producer, consumer, topic
        self.model, self.optimizer = model, optimizer
        self.version = 0
        self.last = time.monotonic()

    def publish_if_due(self, position):
        if time.monotonic() - self.last < CHECKPOINT_SECONDS:
            return
        self.last = time.monotonic()
        self.version += 1
        state = io.BytesIO()
        torch.save({"model": self.model.state_dict(), "optimizer": self.optimizer.state_dict()}, state)
        state = state.getbuffer()
        self.producer.begin_transaction()
        for index, start in enumerate(range(0, len(state), CHUNK_BYTES)):
            self.producer.produce(
                CHECKPOINTS, key=f"{self.version}/{index}",
                value=bytes(state[start:start + CHUNK_BYTES]))
        self.producer.send_offsets_to_transaction(
            [TopicPartition(self.topic, 0, position)], self.consumer.consumer_group_metadata())
        self.producer.commit_transaction()


def round_of(order):
    torch.manual_seed(1)
    model, optimizer = network(order["spec"])
    loss_of = nn.CrossEntropyLoss()
    consumer = Consumer({
        "bootstrap.servers": order["bootstrapServers"], "group.id": "python-trainer", "enable.auto.commit": False,
        "isolation.level": "read_committed"})
    consumer.assign([TopicPartition(order["topic"], 0, OFFSET_BEGINNING)])
    producer = Producer({
        "bootstrap.servers": order["bootstrapServers"], "transactional.id": "python-trainer", "linger.ms": 0})
    producer.init_transactions()
    batches = Batches(consumer, order["batchSize"])
    checkpoints = Checkpoints(producer, consumer, order["topic"], model, optimizer)
    loss_sum = torch.zeros(())

    def train(seconds):
        began = time.monotonic()
        samples, now = 0, began
        while now < began + seconds:
            inputs, labels = batches.next()
            optimizer.zero_grad(set_to_none=True)
            loss = loss_of(model(inputs), labels)
            loss.backward()
            optimizer.step()
            loss_sum.add_(loss.detach())
            checkpoints.publish_if_due(batches.position)
            samples += order["batchSize"]
            now = time.monotonic()
        return samples / (now - began)

    try:
        train(order["warmSeconds"])
        return {"samplesPerSecond": train(order["seconds"]), "versions": checkpoints.version}
    finally:
        consumer.close()


if __name__ == "__main__":
    serve({"PyTorch": torch.__version__, "confluent_kafka": confluent_kafka.__version__}, round_of)
