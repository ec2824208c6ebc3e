package dev.tidemill.dashboard.feed;

import dev.tidemill.dashboard.state.ModelState;
import dev.tidemill.dashboard.state.RecentRow;
import dev.tidemill.messaging.KafkaClients;
import dev.tidemill.messaging.MalformedRecordException;
import dev.tidemill.messaging.RecordCodec;
import dev.tidemill.runtime.Duty;
import dev.tidemill.schemas.PredictionRequest;
import dev.tidemill.schemas.Tensor;
import dev.tidemill.schemas.tensor.MalformedTensorException;
import dev.tidemill.schemas.tensor.Tensors;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the requests of a few recent predictions by their offsets: reading all would cost as much
 * as serving them. It reads only while a page asks.
 */
public final class RequestFeed implements Duty {
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration INTERVAL = Duration.ofSeconds(2);

  /** How long a page that asked counts as looking. */
  private static final Duration LOOKING = Duration.ofSeconds(10);

  private static final int SHOWN = 12;
  private static final int MOST_VALUES = 64;
  private static final int LONGEST_TEXT = 200;

  /** An image of 64 × 64 pixels. A longer sample is cut. */
  private static final int MOST_ELEMENTS = 4_096;

  private final String name;
  private final RecordCodec codec;
  private final String topic;
  private final ModelState state;
  private final LongSupplier nanoTime;
  private final Consumer<byte[], byte[]> consumer;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private volatile List<Recent> recent = List.of();
  private volatile long askedAt;
  private volatile boolean asked;

  public RequestFeed(
      String name,
      KafkaClients clients,
      RecordCodec codec,
      String topic,
      ModelState state,
      LongSupplier nanoTime) {
    this.name = name;
    this.codec = codec;
    this.topic = topic;
    this.state = state;
    this.nanoTime = nanoTime;
    this.consumer = clients.assignedConsumer(name);
  }

  /** Returns what was read last, and reads on for a while. Any thread. */
  public List<Recent> recent() {
    askedAt = nanoTime.getAsLong();
    asked = true;
    return recent;
  }

  @Override
  public String roleName() {
    return name;
  }

  @Override
  public boolean doWork() throws InterruptedException {
    if (asked && nanoTime.getAsLong() - askedAt < LOOKING.toNanos()) {
      List<Recent> read = new ArrayList<>();
      Map<String, String> truths = state.truths();
      for (RecentRow row : state.recent().stream().limit(SHOWN).toList()) {
        TopicPartition partition = new TopicPartition(topic, row.requestPartition());
        read.add(
            new Recent(row, truths.get(row.requestId()), read(partition, row.requestOffset())));
      }
      recent = List.copyOf(read);
    }
    return !stopping.await(INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
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
    } catch (WakeupException e) {
      return null; // The duty is to end.
    } catch (KafkaException | MalformedRecordException | MalformedTensorException e) {
      return null; // Retention deleted it, or it is no request; its answer says so.
    }
  }

  private static Inputs inputs(PredictionRequest request) {
    Map<String, @Nullable Object> values = request.getValues();
    if (values != null) {
      Map<String, @Nullable Object> some = new TreeMap<>();
      values.entrySet().stream()
          .limit(MOST_VALUES)
          .forEach(value -> some.put(shortened(value.getKey()), shortened(value.getValue())));
      return new Inputs(null, List.of(), Collections.unmodifiableMap(some));
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

  private static @Nullable Object shortened(@Nullable Object value) {
    return value instanceof CharSequence text ? shortened(text) : value;
  }

  private static String shortened(CharSequence text) {
    return text.length() <= LONGEST_TEXT
        ? text.toString()
        : text.subSequence(0, LONGEST_TEXT) + " …";
  }

  @Override
  public void wakeUp() {
    stopping.countDown();
    consumer.wakeup();
  }

  @Override
  public void onClose() {
    consumer.close();
  }

  /**
   * A prediction with its request.
   *
   * @param truth its label; null if none has come
   * @param inputs null if the request cannot be read any more
   */
  public record Recent(RecentRow prediction, @Nullable String truth, @Nullable Inputs inputs) {}

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
