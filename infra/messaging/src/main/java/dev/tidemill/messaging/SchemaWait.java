package dev.tidemill.messaging;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * Waits until the schema registry has returned the ids that a producer's records need, for at most
 * the producer's delivery timeout. {@link RecordCodec#reportTo} reports the outage meanwhile. One
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
   * Creates the wait without contacting the registry.
   *
   * @param types the record type to write to each topic
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
   * Returns whether the registry has answered for all these records. Then they can be written, or
   * writing them fails with its reason. Never blocks. Once true, stays true.
   *
   * @throws SchemaUnavailableException if they still cannot be written after the limit
   */
  public boolean isOver() {
    if (over) {
      return true;
    }
    if (!begun) {
      begun = true;
      beganAt = nanoTime.getAsLong();
    }
    // Ask for every id before checking the first.
    List<Optional<String>> reasons =
        types.entrySet().stream()
            .map(type -> codec.whyWaiting(type.getKey(), type.getValue()))
            .toList();
    Optional<String> reason = reasons.stream().flatMap(Optional::stream).findFirst();
    over = reason.isEmpty();
    if (!over && nanoTime.getAsLong() - beganAt > limit.toNanos()) {
      throw new SchemaUnavailableException(
          "nothing was sent to %s: no id from the schema registry within %d ms (producer.%s): %s"
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
