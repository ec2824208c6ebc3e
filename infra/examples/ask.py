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

from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition

from records import Record

bootstrap_server, model, folder = sys.argv[1:]
PredictionRequest = Record(folder, "PredictionRequest")
Prediction = Record(folder, "Prediction")

run = str(uuid.uuid4())
rows = {f"{run}-{i}": json.loads(line) for i, line in enumerate(sys.stdin)}
requests, predictions = f"tidemill.{model}.requests", f"tidemill.{model}.predictions"

# The answers come after what is on the topic now, so older ones need not be read.
consumer = Consumer({"bootstrap.servers": bootstrap_server, "group.id": run,
                     "isolation.level": "read_committed"})
partitions = [TopicPartition(predictions, partition)
              for partition in consumer.list_topics(predictions, 30).topics[predictions].partitions]
consumer.assign([TopicPartition(predictions, each.partition, consumer.get_watermark_offsets(each, 30)[1])
                 for each in partitions])

def delivered(error, message):
    if error is not None:
        sys.exit(f"a request was not written: {error}")

producer = Producer({"bootstrap.servers": bootstrap_server, "enable.idempotence": True})
for request_id, values in rows.items():
    producer.produce(requests, key=request_id, on_delivery=delivered, value=PredictionRequest.encode({
        "request_id": request_id, "values": values, "created_at": datetime.now(timezone.utc)}))
    producer.poll(0)
if producer.flush(30) > 0:
    sys.exit("the brokers did not acknowledge all requests within 30 s")

answers = {}
deadline = time.time() + 60
while len(answers) < len(rows) and time.time() < deadline:
    message = consumer.poll(1)
    if message is not None and message.error() is not None:
        raise KafkaException(message.error())
    if message is not None:
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
