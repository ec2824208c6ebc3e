package dev.tidemill.testbed.guarantee;

import static dev.tidemill.testbed.guarantee.Example.at;
import static dev.tidemill.testbed.guarantee.Example.version;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.testbed.history.History;
import dev.tidemill.testbed.history.LeadershipEnd;
import dev.tidemill.testbed.history.Manifest;
import java.util.List;
import org.junit.jupiter.api.Test;

class FencedTrainersTest {
  private static final Manifest FIRST = version(1).by("a").range(at(0, 0), at(1, 0)).build();
  private static final Manifest SECOND = version(2).by("b").range(at(1, 0), at(2, 0)).build();

  private static History history(Manifest... versions) {
    return new History.Builder().manifests(versions).build();
  }

  @Test
  void holdsWhenVersionsAscend() {
    assertThat(FencedTrainers.check(history(FIRST, SECOND))).isEmpty();
  }

  @Test
  void holdsWhenRetentionWritesAManifestAgain() {
    Manifest again =
        version(1).by("a").range(at(0, 0), at(1, 0)).withoutPayload().atOffset(3).build();
    assertThat(FencedTrainers.check(history(FIRST, SECOND, again))).isEmpty();
  }

  @Test
  void namesAZombieThatContinuesFromAnOlderVersion() {
    Manifest zombie = version(2).by("a").atOffset(3).range(at(1, 0), at(3, 0)).build();
    assertThat(FencedTrainers.check(history(FIRST, SECOND, zombie)))
        .extracting(Violation::toString)
        .containsExactly(
            "G4 zombie write at checkpoints-0@3 version 2: trainer a wrote it after version 2 was"
                + " committed");
  }

  @Test
  void ignoresAZombieWhoseTransactionWasAborted() {
    Manifest fenced =
        version(2).by("a").atOffset(3).range(at(1, 0), at(3, 0)).notCommitted().build();
    assertThat(FencedTrainers.check(history(FIRST, SECOND, fenced))).isEmpty();
  }

  @Test
  void namesATrainerWhoseLeadershipHasEnded() {
    Manifest third = version(3).by("a").range(at(2, 0), at(3, 0)).build();
    History history = history(FIRST, SECOND, third);
    assertThat(FencedTrainers.check(history)).as("a may lead again").isEmpty();
    History known = history.withLeadershipEnds(List.of(new LeadershipEnd("a", 1)));
    assertThat(FencedTrainers.check(known))
        .extracting(Violation::where)
        .containsExactly("checkpoints-0@3 version 3");
  }
}
