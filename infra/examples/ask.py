"""Asks a model about rows of named values, and prints each answer as a line of JSON.

Reads one row a line from standard input, like {"length": 5.1, "color": "red"}. The worker that answers
prepares the values as the model's data contract says.

    python3 ask.py BOOTSTRAP_SERVER MODEL schemas/src/main/resources/published < rows.jsonl
"""
import json
import sys
import time
import uuid
from datetime import datetime, timezone

from confluent_kafka import Consumer, Producer

from records import Record

bootstrap_server, model, folder = sys.argv[1:]
PredictionRequest = Record(folder, "PredictionRequest")
Prediction = Record(folder, "Prediction")

run = str(uuid.uuid4())
rows = {f"{run}-{i}": json.loads(line) for i, line in enumerate(sys.stdin)}
producer = Producer({"bootstrap.servers": bootstrap_server, "enable.idempotence": True})
for request_id, values in rows.items():
    producer.produce(f"tidemill.{model}.requests", key=request_id, value=PredictionRequest.encode({
        "request_id": request_id, "values": values, "created_at": datetime.now(timezone.utc)}))
assert producer.flush(30) == 0, "not all records were acknowledged"

consumer = Consumer({"bootstrap.servers": bootstrap_server, "group.id": run,
                     "auto.offset.reset": "earliest", "isolation.level": "read_committed"})
consumer.subscribe([f"tidemill.{model}.predictions"])
answers = {}
deadline = time.time() + 60
while len(answers) < len(rows) and time.time() < deadline:
    message = consumer.poll(1)
    if message is not None and message.error() is None:
        answer = Prediction.decode(message.value())
        if answer["request_id"] in rows:
            answers[answer["request_id"]] = answer
for request_id in rows:
    if request_id in answers:
        answer = answers[request_id]
        print(json.dumps({field: answer[field] for field in
                          ("label", "label_name", "outputs", "model_version", "error")}))
if len(answers) < len(rows):
    sys.exit(f"{len(rows) - len(answers)} of {len(rows)} answers are missing after 60 s")
