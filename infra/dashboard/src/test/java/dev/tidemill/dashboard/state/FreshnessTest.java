package dev.tidemill.dashboard.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.dashboard.state.Freshness.Unmeasured;
import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.OffsetRange;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FreshnessTest {
  private final Freshness freshness = new Freshness();

  @Test
  void measuresUntilAWorkerFirstServesTheVersion() {
    freshness.published(manifest(1, 2_000, range(0, 1, 10, 20), range(1, 1, 5, 7)), 3_000, true);
    assertThat(freshness.nextLookup())
        .hasValueSatisfying(lookup -> assertThat(lookup.starts()).isEqualTo(Map.of(0, 10L, 1, 5L)));
    assertThat(freshness.nextLookup()).isEmpty();

    freshness.served(1, 4_000);
    freshness.served(1, 9_000);
    assertThat(freshness.take()).isEmpty();
    freshness.produced(1, Optional.of(1_000L));

    assertThat(freshness.take()).containsExactly(new Freshness.Times(1_000, 2_000, 3_000, 4_000));
    assertThat(freshness.take()).isEmpty();
  }

  @Test
  void countsALaterVersionForOneThatWasNeverServed() {
    freshness.published(manifest(1, 2_000, range(0, 1, 0, 1)), 3_000, true);
    freshness.published(manifest(2, 2_500, range(0, 1, 1, 2)), 3_500, true);
    freshness.produced(1, Optional.of(1_000L));
    freshness.produced(2, Optional.of(1_500L));
    freshness.served(2, 5_000);

    assertThat(freshness.take())
        .extracting(Freshness.Times::servedAt)
        .containsExactly(5_000L, 5_000L);
  }

  @Test
  void summarizesTheNewestVersions() {
    for (int version = 1; version <= 10; version++) {
      freshness.published(manifest(version, 2_000, range(0, 1, version - 1, version)), 2_500, true);
      freshness.produced(version, Optional.of(1_000L));
      freshness.served(version, 2_500 + version * 1_000L);
    }
    freshness.published(manifest(11, 2_000, range(0, 1, 10, 11)), 2_500, true);
    freshness.forgetUnserved();

    FreshnessSummary summary = freshness.summary();
    assertThat(summary.versions()).isEqualTo(10);
    assertThat(summary.stages())
        .containsExactly(
            new FreshnessSummary.Stage("produced → trained", 1_000, 1_000, 1_000),
            new FreshnessSummary.Stage("trained → published", 500, 500, 500),
            new FreshnessSummary.Stage("published → first served", 5_000, 9_000, 10_000),
            new FreshnessSummary.Stage("total", 6_500, 10_500, 11_500));
    assertThat(summary.buckets())
        .filteredOn(bucket -> bucket.versions() > 0)
        .containsExactly(
            new FreshnessSummary.Bucket(5_000L, 3),
            new FreshnessSummary.Bucket(10_000L, 5),
            new FreshnessSummary.Bucket(30_000L, 2));
    assertThat(summary.leftOut()).containsExactly(Map.entry("not served", 1L));
  }

  /** The two topics are read independently. */
  @Test
  void acceptsAServedVersionThatIsReadBeforeTheManifest() {
    freshness.served(1, 4_000);
    freshness.published(manifest(1, 2_000, range(0, 1, 0, 1)), 3_000, true);
    freshness.produced(1, Optional.of(1_000L));

    assertThat(freshness.take()).hasSize(1);
  }

  @Test
  void leavesOutWhatIsNotNew() {
    freshness.published(manifest(1, 2_000, range(0, 1, 0, 1)), 3_000, false);
    freshness.published(manifest(2, 2_000, range(0, 2, 0, 1)), 3_000, true);
    freshness.published(manifest(3, 2_000), 3_000, true);
    freshness.published(manifest(4, 2_000, range(0, 1, 1, 2)), 3_000, true);
    freshness.published(manifest(4, 2_000, range(0, 1, 1, 2)), 8_000, true);

    assertThat(freshness.nextLookup()).map(Freshness.Lookup::version).hasValue(4L);
    assertThat(freshness.nextLookup()).isEmpty();
  }

  @Test
  void leavesOutSamplesThatANewModelTrainsAgain() {
    freshness.published(manifest(1, 2_000, range(0, 1, 0, 100)), 3_000, true);
    freshness.published(manifest(2, 2_500, range(0, 1, 60, 90)), 3_500, true);
    freshness.published(manifest(3, 2_600, range(0, 1, 90, 120)), 3_600, true);
    freshness.published(manifest(4, 2_700, range(0, 1, 120, 130)), 3_700, true);

    assertThat(freshness.nextLookup()).contains(new Freshness.Lookup(4, Map.of(0, 120L)));
    assertThat(freshness.nextLookup()).contains(new Freshness.Lookup(3, Map.of(0, 100L)));
    assertThat(freshness.nextLookup()).map(Freshness.Lookup::version).hasValue(1L);
    assertThat(freshness.nextLookup()).isEmpty();
  }

  /** While one version's samples are looked up, many more are published. */
  @Test
  void measuresTheVersionThatIsLookedUpInAFlood() {
    long version = 0;
    for (; version < 2_000; version++) {
      publish(version + 1);
    }
    long found = freshness.nextLookup().orElseThrow().version();
    for (; version < 2_500; version++) {
      publish(version + 1);
    }
    freshness.served(version, 4_000);
    freshness.produced(found, Optional.of(1_000L));

    assertThat(freshness.take()).hasSize(1);
    assertThat(freshness.unmeasured(Unmeasured.DISPLACED)).isEqualTo(1_500);
  }

  private void publish(long version) {
    freshness.published(manifest(version, 2_000, range(0, 1, version - 1, version)), 3_000, true);
  }

  @Test
  void forgetsAVersionWhoseSamplesRetentionDeleted() {
    freshness.published(manifest(1, 2_000, range(0, 1, 0, 1)), 3_000, true);
    freshness.produced(1, Optional.empty());
    freshness.served(1, 4_000);

    assertThat(freshness.take()).isEmpty();
    assertThat(freshness.unmeasured(Unmeasured.UNREADABLE)).isEqualTo(1);
  }

  @Test
  void forgetsWhatIsNotServedNow() {
    freshness.published(manifest(1, 2_000, range(0, 1, 0, 1)), 3_000, true);
    freshness.published(manifest(2, 2_000, range(0, 1, 1, 2)), 3_000, true);
    freshness.served(1, 4_000);
    freshness.forgetUnserved();
    freshness.produced(1, Optional.of(1_000L));
    freshness.produced(2, Optional.of(1_000L));
    freshness.served(2, 9_000_000);

    assertThat(freshness.take()).extracting(Freshness.Times::servedAt).containsExactly(4_000L);
    assertThat(freshness.nextLookup()).map(Freshness.Lookup::version).hasValue(1L);
    assertThat(freshness.nextLookup()).isEmpty();
    assertThat(freshness.unmeasured(Unmeasured.NOT_SERVED)).isEqualTo(1);
  }

  private static Checkpoint manifest(long version, long createdAt, OffsetRange... ranges) {
    return Checkpoint.newBuilder()
        .setModel("digits")
        .setVersion(version)
        .setSpec("")
        .setEngine("dl4j")
        .setTopic("batches")
        .setRanges(Arrays.asList(ranges))
        .setPositions(List.of())
        .setSteps(1)
        .setSamples(1)
        .setCreatedAt(Instant.ofEpochMilli(createdAt))
        .build();
  }

  private static OffsetRange range(int partition, int epoch, long from, long to) {
    return OffsetRange.newBuilder()
        .setPartition(partition)
        .setEpoch(epoch)
        .setStartOffset(from)
        .setStartSample(0)
        .setEndOffset(to)
        .setEndSample(0)
        .build();
  }
}
