package dev.tidemill.inference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.messaging.KafkaClients;
import dev.tidemill.messaging.KafkaSettings;
import dev.tidemill.messaging.RecordCodec;
import dev.tidemill.runtime.HealthMonitor;
import dev.tidemill.runtime.Metrics;
import dev.tidemill.schemas.wire.SingleObjectFormat;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Brokers report a log that lost its end to consumers that read after it with a leader epoch. */
class TruncatedRequestsTest {
  private static final TopicPartition PARTITION = new TopicPartition("requests", 0);

  private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");
  private final HealthMonitor monitor = new HealthMonitor("w", Clock.systemUTC());
  private final KafkaClients clients = new KafkaClients(KafkaSettings.at("localhost:1"));
  private final RequestPositions positions =
      new RequestPositions(
          consumer,
          () -> "id",
          new AnsweredOffsets(
              clients, "positions", new RecordCodec(new SingleObjectFormat()), "predictions"),
          new ServingConditions(
              monitor,
              new ServingMetrics(new Metrics("m").worker("w"), () -> 1),
              Clock.systemUTC()));

  @BeforeEach
  void assign() {
    consumer.assign(List.of(PARTITION));
    consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
    consumer.updateEndOffsets(Map.of(PARTITION, 120L));
  }

  @Test
  void continuesWhereTheLogDiverges() {
    seekWithCommitted(100, 5);
    positions.truncated(truncation(Map.of(PARTITION, new OffsetAndMetadata(95))));
    seekWithCommitted(100, 5);
    assertThat(consumer.position(PARTITION)).isEqualTo(95);
    assertThat(monitor.conditions())
        .singleElement()
        .satisfies(c -> assertThat(c.cause()).contains("requests-0", "continuing at offset 95"));

    seekWithCommitted(99, 6);
    assertThat(consumer.position(PARTITION)).as("committed after the loss").isEqualTo(99);
  }

  @Test
  void continuesWithoutAnEpochIfBrokersDoNotKnowTheDivergence() {
    seekWithCommitted(100, 5);
    positions.truncated(truncation(Map.of()));
    seekWithCommitted(100, 5);
    assertThat(consumer.position(PARTITION)).isEqualTo(100);
    assertThat(monitor.conditions()).hasSize(1);
  }

  private void seekWithCommitted(long offset, int leaderEpoch) {
    consumer.commitSync(
        Map.of(PARTITION, new OffsetAndMetadata(offset, Optional.of(leaderEpoch), "id")));
    assertThat(positions.seek(List.of(PARTITION))).isEmpty();
  }

  private static LogTruncationException truncation(
      Map<TopicPartition, OffsetAndMetadata> divergent) {
    return new LogTruncationException("truncated", Map.of(PARTITION, 100L), divergent);
  }
}
