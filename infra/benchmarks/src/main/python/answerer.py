"""Answers requests from a Kafka topic with a LeNet in PyTorch, as a user would write it, and written
well: one thread, micro-batches, no needless copy, all waiting requests in one commit.

A request's value is one image of 28 x 28 bytes; its answer's value is the ten probabilities as
float32. The answer has the request's key, headers and partition.

    answerer.py --bootstrap-servers HOST:PORT --requests TOPIC --answers TOPIC --guarantee exactly_once

It prints "ready {...}", with its versions, when its model answers and it has subscribed. SIGTERM or a
failure ends it; after a restart it continues from its committed offsets.
"""

import argparse
import json
import platform
import signal
import sys
import uuid

import confluent_kafka
import torch
from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition
from torch import nn

IMAGE = (1, 28, 28)
VERSIONS = {
    "Python": platform.python_version(),
    "PyTorch": torch.__version__,
    "confluent_kafka": confluent_kafka.version()[0],
    "librdkafka": confluent_kafka.libversion()[0],
}


def lenet():
    """The network of the spec called lenet: 61,706 parameters."""
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(400, 120), nn.ReLU(),
        nn.Linear(120, 84), nn.ReLU(),
        nn.Linear(84, 10), nn.Softmax(dim=1),
    ).eval()


class Answerer:
    """Turns bytes of images into bytes of probabilities, in micro-batches of a limited size."""

    def __init__(self, model, batch):
        self.model = model
        self.batch = batch

    @torch.inference_mode()
    def answers(self, images):
        found = []
        for begin in range(0, len(images), self.batch):
            part = images[begin:begin + self.batch]
            # One copy joins the batch; the tensor is a view of it.
            pixels = torch.frombuffer(bytearray().join(part), dtype=torch.uint8)
            inputs = pixels.view(len(part), *IMAGE).to(torch.float32).mul_(1 / 255)
            outputs = memoryview(self.model(inputs).numpy().tobytes())
            width = len(outputs) // len(part)
            found += [outputs[i:i + width].tobytes() for i in range(0, len(outputs), width)]
        return found


class Requests:
    """Takes all waiting requests, up to a limit; waits for the first."""

    def __init__(self, settings, topic, most):
        self.consumer = Consumer({
            **settings,
            "group.id": topic + "-answerer",
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
            "isolation.level": "read_committed",
            # Fetches a request as soon as it arrives, and a backlog ahead.
            "fetch.min.bytes": 1,
            "fetch.wait.max.ms": 100,
            "fetch.error.backoff.ms": 5,
            "queued.min.messages": 100000,
            "queued.max.messages.kbytes": 65536,
        })
        self.consumer.subscribe([topic])
        self.most = most

    def take(self):
        # consume() alone would wait for the full number, or until the timeout.
        first = self.consumer.poll(0.1)
        if first is None:
            return []
        return [usable(m) for m in [first, *self.consumer.consume(self.most - 1, timeout=0)]]

    @staticmethod
    def next_offsets(requests):
        last = {(m.topic(), m.partition()): m.offset() + 1 for m in requests}
        return [TopicPartition(topic, partition, offset) for (topic, partition), offset in last.items()]


def usable(message):
    if message.error():
        raise KafkaException(message.error())
    return message


class AtLeastOnce:
    """Commits answers, then offsets: after a crash in between, requests are answered again."""

    def __init__(self, settings):
        self.producer = Producer(settings)

    def deliver(self, send, requests, consumer):
        send(self.producer)
        if self.producer.flush(30) > 0:
            raise KafkaException(KafkaError(KafkaError._TIMED_OUT))
        consumer.commit(offsets=Requests.next_offsets(requests), asynchronous=False)


class ExactlyOnce:
    """Commits answers and offsets in one transaction."""

    def __init__(self, settings, name):
        self.producer = Producer({**settings, "transactional.id": name, "transaction.timeout.ms": 10000})
        self.producer.init_transactions(30)

    def deliver(self, send, requests, consumer):
        self.producer.begin_transaction()
        send(self.producer)
        self.producer.send_offsets_to_transaction(
            Requests.next_offsets(requests), consumer.consumer_group_metadata())
        self.producer.commit_transaction()


def failed(error, _message):
    if error is not None:
        raise KafkaException(error)


def sender(topic, requests, answers):
    def send(producer):
        for request, answer in zip(requests, answers):
            producer.produce(
                topic, answer, request.key(), partition=request.partition(), headers=request.headers())
    return send


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bootstrap-servers", required=True)
    parser.add_argument("--requests", required=True)
    parser.add_argument("--answers", required=True)
    parser.add_argument("--guarantee", choices=["exactly_once", "at_least_once"], default="exactly_once")
    parser.add_argument("--batch", type=int, default=64, help="most requests computed together")
    parser.add_argument("--round", type=int, default=4096, help="most requests in one commit")
    given = parser.parse_args(arguments)

    torch.set_num_threads(1)
    answerer = Answerer(lenet(), given.batch)
    answerer.answers([bytes(784)] * given.batch)

    clients = {"bootstrap.servers": given.bootstrap_servers}
    producing = {
        **clients,
        "acks": "all",
        "enable.idempotence": True,
        "linger.ms": 0,
        "delivery.report.only.error": True,
        "on_delivery": failed,
    }
    if given.guarantee == "exactly_once":
        delivery = ExactlyOnce(producing, f"{given.requests}-{uuid.uuid4()}")
    else:
        delivery = AtLeastOnce(producing)
    waiting = Requests(clients, given.requests, given.round)

    running = True

    def stop(_signal, _frame):
        nonlocal running
        running = False

    signal.signal(signal.SIGTERM, stop)
    print("ready", json.dumps({"versions": VERSIONS}), flush=True)
    while running:
        requests = waiting.take()
        if requests:
            answers = answerer.answers([request.value() for request in requests])
            delivery.deliver(sender(given.answers, requests, answers), requests, waiting.consumer)
    waiting.consumer.close()


if __name__ == "__main__":
    main(sys.argv[1:])
