package dev.tidemill.checkpoints;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.Payload;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class RetentionTest {
  private static final List<Checkpoint> FIVE =
      LongStream.rangeClosed(1, 5).mapToObj(RetentionTest::withPayload).toList();

  @Test
  void newestVersionsKeepTheirPayload() {
    assertThat(new Retention(3).removable(FIVE, 6, Set.of()))
        .extracting(Checkpoint::getVersion)
        .containsExactly(1L, 2L, 3L);
    assertThat(new Retention(1).removable(FIVE, 6, Set.of())).hasSize(5);
    assertThat(new Retention(6).removable(FIVE, 6, Set.of())).isEmpty();
  }

  @Test
  void pinnedVersionKeepsItsPayload() {
    assertThat(new Retention(3).removable(FIVE, 6, Set.of(2L)))
        .extracting(Checkpoint::getVersion)
        .containsExactly(1L, 3L);
  }

  @Test
  void ignoresVersionsWithoutPayload() {
    assertThat(
            new Retention(1).removable(List.of(CheckpointPublisherTest.manifest(1)), 3, Set.of()))
        .isEmpty();
  }

  @Test
  void rejectsKeepingNone() {
    assertThatThrownBy(() -> new Retention(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not 0");
  }

  private static Checkpoint withPayload(long version) {
    Checkpoint manifest = CheckpointPublisherTest.manifest(version);
    manifest.setPayload(new Payload(0L, "", List.of()));
    return manifest;
  }
}
