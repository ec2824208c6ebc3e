package dev.tidemill.trainer.labels;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class TimeAlignmentTest {
  private static final TopicPartition LABELS = new TopicPartition("labels", 0);
  private static final TopicPartition PREDICTIONS = new TopicPartition("predictions", 0);
  private static final Set<TopicPartition> BOTH = Set.of(LABELS, PREDICTIONS);
  private static final long MINUTE = 60_000;

  private final TimeAlignment alignment = new TimeAlignment();

  @Test
  void pausesWhatIsAMinuteAheadOfUnreadRecords() {
    alignment.read(LABELS, 10 * MINUTE);
    alignment.read(PREDICTIONS, 9 * MINUTE);
    assertThat(alignment.ahead(BOTH, partition -> false)).isEmpty();
    alignment.read(LABELS, 10 * MINUTE + 1);
    assertThat(alignment.ahead(BOTH, partition -> false)).containsExactly(LABELS);
  }

  @Test
  void doesNotWaitForWhatIsAtItsEnd() {
    alignment.read(LABELS, 10 * MINUTE);
    alignment.read(PREDICTIONS, 1);
    assertThat(alignment.ahead(BOTH, PREDICTIONS::equals)).isEmpty();
    assertThat(alignment.ahead(BOTH, partition -> true)).isEmpty();
  }

  @Test
  void waitsForAPartitionOfWhichNothingIsKnown() {
    alignment.read(LABELS, MINUTE);
    assertThat(alignment.ahead(BOTH, partition -> false)).containsExactly(LABELS);
    alignment.clear();
    assertThat(alignment.ahead(BOTH, partition -> false)).isEmpty();
  }
}
