package dev.tidemill.testbed.guarantee;

import static dev.tidemill.testbed.guarantee.Example.at;
import static dev.tidemill.testbed.guarantee.Example.version;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.testbed.history.History;
import dev.tidemill.testbed.history.Manifest;
import java.util.List;
import org.junit.jupiter.api.Test;

class TouchingRangesTest {
  private static final Manifest FIRST = version(1).range(at(0, 0), at(1, 5)).build();

  private static List<Violation> check(Manifest... versions) {
    return TouchingRanges.check(new History.Builder().manifests(versions).build());
  }

  private static String only(Manifest... versions) {
    assertThat(check(versions)).hasSize(1);
    return check(versions).get(0).toString();
  }

  @Test
  void holdsWhenRangesTouch() {
    Manifest second = version(2).range(at(1, 5), at(3, 0)).build();
    assertThat(check(FIRST, second)).isEmpty();
  }

  @Test
  void namesAVersionThatReadsBackwards() {
    Manifest second = version(2).range(at(1, 4), at(3, 0)).build();
    assertThat(only(FIRST, second))
        .isEqualTo(
            "G2 non-monotonic poll at checkpoints-0@2 version 2: reads partition 0 from offset 1"
                + " sample 4 in epoch 1, but offset 1 sample 5 was reached");
  }

  @Test
  void namesAVersionThatSkips() {
    Manifest second = version(2).range(at(2, 0), at(3, 0)).build();
    assertThat(only(FIRST, second)).startsWith("G2 skipped poll at checkpoints-0@2 version 2");
  }

  @Test
  void namesAVersionWhosePositionIsNotTheEndOfItsRanges() {
    Manifest second = version(2).range(at(1, 5), at(3, 0)).position(0, 1, at(4, 0)).build();
    assertThat(only(FIRST, second))
        .startsWith("G2 inconsistent offsets at checkpoints-0@2 version 2: continues partition 0");
  }

  @Test
  void namesAMissingVersion() {
    Manifest third = version(3).range(at(1, 5), at(3, 0)).build();
    assertThat(only(FIRST, third))
        .isEqualTo("G2 lost write at checkpoints-0@3 version 3: follows version 1");
  }

  @Test
  void namesAVersionWithAnotherParent() {
    Manifest second = version(2).parent(7).range(at(1, 5), at(3, 0)).build();
    assertThat(only(FIRST, second)).contains("names version 7 as its parent");
  }

  @Test
  void namesAVersionThatCountsFewerSamples() {
    Manifest second = version(2).range(at(1, 5), at(3, 0)).samples(3).build();
    assertThat(only(FIRST, second))
        .startsWith("G2 lost write at checkpoints-0@2 version 2: counts");
  }

  @Test
  void readsTheLastManifestOfAVersion() {
    Manifest second = version(2).range(at(1, 5), at(3, 0)).build();
    Manifest again = version(1).range(at(0, 0), at(1, 5)).withoutPayload().atOffset(3).build();
    assertThat(check(FIRST, second, again)).isEmpty();
  }

  @Test
  void holdsAcrossEpochs() {
    Manifest first = version(1).epochs(3, 0, 4).range(0, 1, at(0, 0), at(3, 0)).build();
    Manifest second =
        version(2)
            .epochs(3, 0, 4)
            .range(0, 1, at(3, 0), at(4, 0))
            .range(0, 2, at(0, 0), at(2, 0))
            .build();
    Manifest third =
        version(3).epochs(3, 0, 4).range(0, 2, at(2, 0), at(4, 0)).position(0, 3, at(0, 0)).build();
    assertThat(check(first, second, third)).isEmpty();
  }

  @Test
  void namesAVersionThatEndsAnEpochEarly() {
    Manifest first = version(1).epochs(2, 0, 4).range(0, 1, at(0, 0), at(3, 0)).build();
    Manifest second = version(2).epochs(2, 0, 4).range(0, 2, at(0, 0), at(2, 0)).build();
    assertThat(only(first, second)).contains("skipped poll").contains("ends epoch 1");
  }

  @Test
  void beginsANewRunAtEpochOne() {
    Manifest first = version(1).epochs(2, 0, 4).range(0, 1, at(0, 0), at(4, 0)).build();
    Manifest second = version(2).epochs(2, 0, 4).range(0, 2, at(0, 0), at(4, 0)).build();
    Manifest third = version(3).run(2).range(at(4, 0), at(6, 0)).build();
    assertThat(check(first, second, third)).isEmpty();
  }

  @Test
  void acceptsAGapAtTheReadPosition() {
    Manifest first = version(1).range(at(0, 0), at(2, 0)).build();
    Manifest second = version(2).gap(2, 5).range(at(5, 0), at(6, 0)).build();
    assertThat(check(first, second)).isEmpty();
  }

  @Test
  void namesAVersionThatSkipsMoreThanItsGap() {
    Manifest first = version(1).range(at(0, 0), at(2, 0)).build();
    Manifest second = version(2).gap(2, 4).range(at(5, 0), at(6, 0)).build();
    assertThat(only(first, second)).startsWith("G2 skipped poll at checkpoints-0@2 version 2");
  }

  @Test
  void beginsANewModelWhereTheRestartSays() {
    Manifest first = version(1).range(at(0, 0), at(4, 0)).restart(at(2, 3)).build();
    Manifest second = version(2).root(2).range(at(2, 3), at(6, 0)).build();
    assertThat(check(first, second)).isEmpty();
  }

  @Test
  void namesANewModelThatBeginsElsewhere() {
    Manifest first = version(1).range(at(0, 0), at(4, 0)).restart(at(2, 3)).build();
    Manifest second = version(2).root(2).range(at(4, 0), at(6, 0)).build();
    assertThat(only(first, second)).startsWith("G2 skipped poll at checkpoints-0@2 version 2");
  }

  @Test
  void namesANewModelThatNoVersionAskedFor() {
    Manifest second = version(2).root(2).range(at(1, 5), at(3, 0)).build();
    assertThat(only(FIRST, second)).contains("has the root 2, not 1");
  }

  @Test
  void namesARestartAfterItsOwnPosition() {
    Manifest first = version(1).range(at(0, 0), at(4, 0)).restart(at(5, 0)).build();
    assertThat(only(first)).startsWith("G2 skipped poll at checkpoints-0@1 version 1: restarts");
  }

  @Test
  void namesAVersionThatLostAPartition() {
    Manifest first = version(1).range(at(0, 0), at(4, 0)).range(1, 1, at(0, 0), at(1, 0)).build();
    Manifest second = version(2).range(at(4, 0), at(5, 0)).build();
    assertThat(only(first, second)).contains("has no position for partition 1");
  }
}
