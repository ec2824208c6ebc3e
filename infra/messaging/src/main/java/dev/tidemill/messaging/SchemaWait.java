package dev.tidemill.messaging;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * Waits until a schema registry has given the ids that a producer's records need, for as long as a
 * record may wait for the brokers. {@link RecordCodec#reportTo} reports the outage meanwhile. One
 * thread.
 */
public final class SchemaWait {
  private final RecordCodec codec;
  private final Map<String, Class<? extends SpecificRecord>> types;
  private final Duration limit;
  private final LongSupplier nanoTime;
  private boolean begun;
  private boolean over;
  private long beganAt;

  /**
   * Asks nothing of the registry yet.
   *
   * @param types the records that are to be written, by topic
   * @param limit see {@link KafkaClients#deliveryTimeout}
   */
  public SchemaWait(
      RecordCodec codec,
      Map<String, Class<? extends SpecificRecord>> types,
      Duration limit,
      LongSupplier nanoTime) {
    this.codec = codec;
    this.types = Map.copyOf(types);
    this.limit = limit;
    this.nanoTime = nanoTime;
  }

  /**
   * Whether all these records can be written now. Never blocks. Once it is true, it stays so.
   *
   * @throws SchemaUnavailableException if they still cannot after the limit
   */
  public boolean isOver() {
    if (over) {
      return true;
    }
    if (!begun) {
      begun = true;
      beganAt = nanoTime.getAsLong();
    }
    // All are asked for before the first is judged.
    List<Optional<String>> reasons =
        types.entrySet().stream()
            .map(type -> codec.whyWaiting(type.getKey(), type.getValue()))
            .toList();
    Optional<String> reason = reasons.stream().flatMap(Optional::stream).findFirst();
    over = reason.isEmpty();
    if (!over && nanoTime.getAsLong() - beganAt > limit.toNanos()) {
      throw new SchemaUnavailableException(
          "nothing was sent to %s: the schema registry gave no id within %d ms (producer.%s): %s"
              .formatted(
                  String.join(", ", types.keySet().stream().sorted().toList()),
                  limit.toMillis(),
                  ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                  reason.orElseThrow()),
          null);
    }
    return over;
  }
}
