package dev.tidemill.dashboard.feed;

import dev.tidemill.messaging.KafkaClients;
import dev.tidemill.messaging.MalformedRecordException;
import dev.tidemill.messaging.RecordCodec;
import dev.tidemill.schemas.PredictionRequest;
import dev.tidemill.schemas.Tensor;
import dev.tidemill.schemas.tensor.MalformedTensorException;
import dev.tidemill.schemas.tensor.Tensors;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Reads single requests by their offsets, which predictions name: the page shows a few of them, and
 * reading all would cost as much as serving them. Any thread; one at a time.
 */
public final class RequestLookup implements AutoCloseable {
  private static final int KEPT = 256;
  private static final Duration POLL = Duration.ofMillis(500);

  /** An image of 64 × 64 pixels. A longer sample is cut. */
  private static final int MOST_ELEMENTS = 4_096;

  private final RecordCodec codec;
  private final String topic;
  private final Consumer<byte[], byte[]> consumer;
  private final Map<TopicPartition, Map<Long, Inputs>> known = new LinkedHashMap<>();
  private boolean closed;

  public RequestLookup(String name, KafkaClients clients, RecordCodec codec, String topic) {
    this.codec = codec;
    this.topic = topic;
    this.consumer = clients.assignedConsumer(name);
  }

  /** Returns the inputs of a request; null if it is gone, or is none. */
  public synchronized @Nullable Inputs find(int partition, long offset) {
    TopicPartition in = new TopicPartition(topic, partition);
    Map<Long, Inputs> kept =
        known.computeIfAbsent(
            in,
            each ->
                new LinkedHashMap<>() {
                  @Override
                  protected boolean removeEldestEntry(Map.Entry<Long, Inputs> eldest) {
                    return size() > KEPT;
                  }
                });
    Inputs found = kept.get(offset);
    if (found == null && !closed) {
      found = read(in, offset);
      if (found != null) {
        kept.put(offset, found);
      }
    }
    return found;
  }

  private @Nullable Inputs read(TopicPartition partition, long offset) {
    try {
      consumer.assign(List.of(partition));
      consumer.seek(partition, offset);
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        return record.offset() == offset
            ? inputs(codec.decode(record, PredictionRequest.class))
            : null;
      }
      return null;
    } catch (KafkaException | MalformedRecordException | MalformedTensorException e) {
      return null; // Retention deleted it, or it is no request; its answer says so.
    }
  }

  private static Inputs inputs(PredictionRequest request) {
    Map<String, @Nullable Object> values = request.getValues();
    if (values != null) {
      return new Inputs(null, List.of(), Collections.unmodifiableMap(new TreeMap<>(values)));
    }
    Tensor tensor = request.getInputs();
    if (tensor == null) {
      return new Inputs(null, List.of(), Map.of());
    }
    Tensors.check(tensor);
    long count = tensor.getShape().stream().reduce(1L, (a, b) -> a * b);
    float[] elements = new float[(int) Math.min(MOST_ELEMENTS, count)];
    Tensors.copyTo(tensor, 0, elements.length, elements, 0);
    List<Float> list = new ArrayList<>(elements.length);
    for (float element : elements) {
      list.add(element);
    }
    return new Inputs(tensor.getShape(), list, Map.of());
  }

  @Override
  public synchronized void close() {
    closed = true;
    consumer.close();
  }

  /**
   * What a request asks about.
   *
   * @param shape of a tensor; null for named values
   * @param elements its first real values, row by row
   * @param values raw values by feature name
   */
  public record Inputs(
      @Nullable List<Long> shape, List<Float> elements, Map<String, @Nullable Object> values) {}
}
