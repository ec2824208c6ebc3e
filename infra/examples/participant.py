"""Writes a data contract, training batches and a request to Tidemill, and prints the answer.

For Debian's python3-avro and python3-confluent-kafka:

    python3 participant.py BOOTSTRAP_SERVER MODEL schemas/src/main/resources/published
"""
import json
import sys
import time
import uuid
from datetime import datetime, timezone

from confluent_kafka import Consumer, Producer

from records import Record, tensor

bootstrap_server, model, folder = sys.argv[1:]
topic = f"tidemill.{model}.".__add__
DataContract = Record(folder, "DataContract")
TrainingBatch = Record(folder, "TrainingBatch")
PredictionRequest = Record(folder, "PredictionRequest")
Prediction = Record(folder, "Prediction")
now = lambda: datetime.now(timezone.utc)

# 64 images of 28x28 grey pixels; class 0 is bright at the top, class 1 at the bottom.
bright, dark = bytes([200]) * 392, bytes(392)
images = b"".join(bright + dark if i % 2 == 0 else dark + bright for i in range(64))
labels = b"".join((i % 2).to_bytes(4, "little") for i in range(64))

# What the data means: written once for a model, in one transaction with its first batches. All writers of
# a model's contract share this transactional.id, so two of them cannot write a version at once.
producer = Producer({"bootstrap.servers": bootstrap_server, "transactional.id": f"tidemill-{model}-contract"})
producer.init_transactions(30)
producer.begin_transaction()
producer.produce(topic("contract"), key="1", partition=0, value=DataContract.encode({
    "model": model, "version": 1, "compatible_since": 1, "dtype": "UINT8", "shape": [1, 28, 28],
    "features": [{"name": "image", "kind": "IMAGE", "shape": [1, 28, 28], "mean": 0.0, "deviation": 1.0,
                  "minimum": None, "maximum": None, "categories": [], "encoding": "ONE_HOT",
                  "missing": "REFUSE", "fill": None, "indicator": False, "reference": None}],
    "label": {"name": "bright half", "kind": "CLASS", "classes": ["top", "bottom"], "class_counts": [],
              "positions": 0, "targets": []},
    "changes": [], "created_at": now(), "producer": "python"}))
for sequence in range(32):
    producer.produce(topic("batches"), key="python", value=TrainingBatch.encode({
        "source": "python", "sequence": sequence, "first_sample": sequence * 64,
        "inputs": tensor("UINT8", [64, 1, 28, 28], images), "labels": tensor("INT32", [64], labels), "created_at": now(),
        "contract": 1}))
producer.commit_transaction(60)

request_id = str(uuid.uuid4())
producer = Producer({"bootstrap.servers": bootstrap_server, "enable.idempotence": True})
producer.produce(topic("requests"), key="python", value=PredictionRequest.encode({
    "request_id": request_id, "inputs": tensor("UINT8", [1, 28, 28], dark + bright), "created_at": now()}))
assert producer.flush(30) == 0, "not all records were acknowledged"

consumer = Consumer({"bootstrap.servers": bootstrap_server, "group.id": request_id,
                     "auto.offset.reset": "earliest", "isolation.level": "read_committed"})
consumer.subscribe([topic("predictions")])
deadline = time.time() + 300  # a first version has to be trained
while time.time() < deadline:
    message = consumer.poll(1)
    if message is not None and message.error() is None:
        answer = Prediction.decode(message.value())
        if answer["request_id"] == request_id:
            print(json.dumps({"label": answer["label"], "label_name": answer["label_name"],
                              "model_version": answer["model_version"],
                              "outputs": answer["outputs"], "error": answer["error"]}))
            sys.exit(0)
sys.exit("no answer within 300 s")
