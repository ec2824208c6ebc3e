package dev.tidemill.checkpoints;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class LineageChangedExceptionTest {
  private static final TopicPartition PARTITION = new TopicPartition("checkpoints", 0);

  @Test
  void explainsATruncatedLog() {
    assertThat(
            LineageChangedException.lost(
                PARTITION,
                7,
                new LogTruncationException(
                    Map.of(PARTITION, 20L), Map.of(PARTITION, new OffsetAndMetadata(12)))))
        .hasMessageStartingWith("checkpoints-0 was read to offset 20, version 7, and the brokers")
        .hasMessageContaining("unclean.leader.election.enable");
  }

  @Test
  void explainsAMissingOffset() {
    assertThat(
            LineageChangedException.lost(
                PARTITION, 7, new OffsetOutOfRangeException(Map.of(PARTITION, 20L))))
        .hasMessageStartingWith("checkpoints-0 was read to offset 20, version 7, but that offset")
        .hasMessageContaining("the topic was recreated");
  }
}
