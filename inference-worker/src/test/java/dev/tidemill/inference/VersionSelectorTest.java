package dev.tidemill.inference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.schemas.Checkpoint;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class VersionSelectorTest {
  private final VersionSelector selector = new VersionSelector();

  @Test
  void selectsTheNewestVersionUnlessItIsServed() {
    assertThat(selector.next(versions(3, 2, 1), OptionalLong.empty())).contains(version(3));
    assertThat(selector.next(versions(3, 2, 1), OptionalLong.of(2))).contains(version(3));
    assertThat(selector.next(versions(3, 2, 1), OptionalLong.of(3))).isEmpty();
    assertThat(selector.next(versions(), OptionalLong.of(3))).isEmpty();
  }

  @Test
  void skipsRefusedVersions() {
    selector.refuse(version(3), "torn");
    assertThat(selector.next(versions(3, 2, 1), OptionalLong.empty())).contains(version(2));
    assertThat(selector.next(versions(3, 2, 1), OptionalLong.of(2))).isEmpty();
    assertThat(selector.next(versions(4, 3, 2), OptionalLong.of(2))).contains(version(4));
    assertThat(selector.refusal(3)).contains("torn");
  }

  @Test
  void forgetsRefusalsOfDeletedVersions() {
    selector.refuse(version(3), "torn");
    selector.next(versions(5, 4), OptionalLong.of(2));
    assertThat(selector.refusal(3)).isEmpty();
  }

  @Test
  void keepsThePinnedVersionUntilUnpinned() {
    selector.pin(2);
    assertThat(selector.next(versions(3, 2, 1), OptionalLong.of(3))).contains(version(2));
    assertThat(selector.next(versions(4, 3, 2), OptionalLong.of(2))).isEmpty();
    assertThat(selector.next(versions(4, 3), OptionalLong.of(2))).isEmpty();
    selector.unpin();
    assertThat(selector.next(versions(4, 3), OptionalLong.of(2))).contains(version(4));
  }

  private static List<Checkpoint> versions(long... versions) {
    return LongStream.of(versions).mapToObj(VersionSelectorTest::version).toList();
  }

  private static Checkpoint version(long version) {
    return Checkpoint.newBuilder()
        .setModel("m")
        .setVersion(version)
        .setSpec("")
        .setEngine("linear")
        .setTopic("batches")
        .setRanges(List.of())
        .setPositions(List.of())
        .setSteps(version)
        .setSamples(version)
        .setCreatedAt(Instant.EPOCH)
        .build();
  }
}
