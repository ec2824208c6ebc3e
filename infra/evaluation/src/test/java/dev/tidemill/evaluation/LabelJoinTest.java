package dev.tidemill.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tidemill.schemas.Label;
import dev.tidemill.schemas.Prediction;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class LabelJoinTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration WAIT = Duration.ofMinutes(1);
  private static final JoinLimits LIMITS = new JoinLimits(10_000, WAIT, 100);

  private final LabelJoin join = new LabelJoin(LIMITS);

  @Test
  void scoresClassesByVersion() {
    join.add(ofClass("a", 1, 0), NOW);
    join.add(label("a", 0), NOW);
    join.add(label("b", 2), NOW);
    join.add(ofClass("b", 1, 1), NOW);
    join.add(ofClass("c", 2, 2), NOW);
    join.add(label("c", 2), NOW);
    join.add(ofClass("d", 2, 2), NOW); // Its label is not known yet.

    VersionScores first = scores(join, 1);
    assertThat(first.count()).isEqualTo(2);
    assertThat(first.correct()).isEqualTo(1);
    assertThat(first.accuracy()).hasValue(0.5);
    assertThat(first.confused(0, 0)).isEqualTo(1);
    assertThat(first.confused(2, 1)).isEqualTo(1);
    assertThat(first.confused(1, 1)).isZero();
    assertThat(scores(join, 2).accuracy()).hasValue(1);
    join.finish();
    assertThat(join.counts()).isEqualTo(new JoinCounts(3, 0, 0, 0, 0, 0, 0));
    assertThat(scores(join, 2).count()).isEqualTo(1);
  }

  @Test
  void scoresEachTargetInItsUnit() {
    join.add(ofTargets("a", 1, 10f, 1f), NOW);
    join.add(targets("a", 13f, 1f), NOW);
    join.add(ofTargets("b", 1, 10f, 0f), NOW);
    join.add(targets("b", 6f, -2f), NOW);

    VersionScores scores = scores(join, 1);
    assertThat(scores.accuracy()).isEmpty();
    assertThat(scores.confusion()).isEmpty();
    assertThat(scores.targets().get(0).mae()).isEqualTo(3.5);
    assertThat(scores.targets().get(0).rmse()).isCloseTo(Math.sqrt(12.5), within(1e-12));
    assertThat(scores.targets().get(1).mae()).isEqualTo(1);
    assertThat(scores.targets().get(1).rmse()).isCloseTo(Math.sqrt(2), within(1e-12));
  }

  @Test
  void passesOnEachComparisonWithThePlacesOfItsRecords() {
    List<Comparison> compared = new ArrayList<>();
    LabelJoin listened = new LabelJoin(LIMITS, compared::add);
    listened.add(label("a", 2), new RecordAt(1, 10), NOW);
    listened.add(ofClass("a", 7, 1), new RecordAt(0, 20), NOW);
    listened.add(ofTargets("b", 8, 10f, 1f), new RecordAt(0, 21), NOW);
    listened.add(targets("b", 16f, 1f), new RecordAt(1, 11), NOW);
    listened.add(ofClass("c", 7, 1), new RecordAt(0, 22), NOW);
    listened.add(label("c", 5), new RecordAt(1, 12), NOW); // No class of the model.

    assertThat(compared)
        .containsExactly(
            new Comparison(7, false, List.of(), new RecordAt(0, 20), new RecordAt(1, 10)),
            new Comparison(8, null, List.of(-6.0, 0.0), new RecordAt(0, 21), new RecordAt(1, 11)));
    assertThat(compared.get(0).error(List.of())).isEqualTo(1);
    // Differences of -2 and 0 deviations: the mean square is 2.
    assertThat(compared.get(1).error(List.of(3.0, 1.0))).isCloseTo(2 / 3.0, within(1e-12));
  }

  @Test
  void countsLabelsThatCannotBeCompared() {
    join.add(ofClass("class", 1, 0), NOW);
    join.add(targets("class", 1f), NOW);
    join.add(ofClass("unknown", 1, 0), NOW);
    join.add(label("unknown", 3), NOW);
    join.add(ofTargets("size", 2, 1f), NOW);
    join.add(targets("size", 1f, 2f), NOW);
    join.add(ofTargets("infinite", 2, 1f), NOW);
    join.add(targets("infinite", Float.POSITIVE_INFINITY), NOW);
    join.add(error("error"), NOW);
    join.add(label("error", 1), NOW);

    assertThat(join.counts()).isEqualTo(new JoinCounts(0, 1, 4, 0, 0, 0, 0));
    assertThat(join.scores()).isEmpty();
  }

  @Test
  void tellsDuplicatesLateLabelsAndOrphansApart() {
    join.add(label("twice", 0), NOW);
    join.add(label("twice", 0), NOW);
    join.add(ofClass("twice", 1, 0), NOW);
    join.add(label("orphan", 0), NOW);
    join.add(ofClass("late", 1, 0), NOW);

    Instant expired = NOW.plus(WAIT);
    join.advance(expired.minusMillis(1));
    assertThat(join.counts().orphans()).isZero();
    join.advance(expired);
    join.add(label("late", 0), expired);
    join.advance(expired.plus(WAIT));

    assertThat(join.counts()).isEqualTo(new JoinCounts(1, 0, 0, 1, 1, 1, 0));
  }

  @Test
  void joinsTheRepeatedRequestsOfAnIdInOrder() {
    // Three passes over the same file, each answered by a newer version.
    for (long version = 1; version <= 3; version++) {
      join.add(ofClass("0", version, version == 2 ? 1 : 0), NOW);
      join.add(label("0", 0), NOW);
    }
    assertThat(scores(join, 1).accuracy()).hasValue(1);
    assertThat(scores(join, 2).accuracy()).hasValue(0);
    assertThat(scores(join, 3).accuracy()).hasValue(1);
    join.finish();
    assertThat(join.counts()).isEqualTo(new JoinCounts(3, 0, 0, 0, 0, 0, 0));
  }

  @Test
  void holdsNoMoreRecordsAndVersionsThanAllowed() {
    LabelJoin small = new LabelJoin(new JoinLimits(4, WAIT, 2));
    for (int i = 0; i < 10; i++) {
      small.add(ofClass("unlabeled-" + i, 1, 0), NOW);
    }
    assertThat(small.counts().displaced()).isEqualTo(6);
    small.add(label("unlabeled-0", 0), NOW); // Displaces another prediction.
    small.add(label("unlabeled-9", 0), NOW);
    for (long version = 2; version <= 4; version++) {
      small.add(ofClass("v" + version, version, 0), NOW);
      small.add(label("v" + version, 0), NOW);
    }
    assertThat(small.scores()).containsOnlyKeys(3L, 4L);
    small.finish();
    assertThat(small.counts().scored()).isEqualTo(4);
  }

  @Test
  void keepsNoMatrixOfManyClasses() {
    int classes = VersionScores.MAX_MATRIX_CLASSES + 1;
    join.add(ofClass("a", 1, 3, classes), NOW);
    join.add(label("a", 3), NOW);
    assertThat(scores(join, 1).correct()).isEqualTo(1);
    assertThat(scores(join, 1).confusion()).isEmpty();
  }

  @Test
  void scoresDoNotDependOnTheOrder() {
    Random random = new Random(7);
    List<Consumer<LabelJoin>> records = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      String id = "r" + i;
      long version = 1L + random.nextInt(5);
      int expected = random.nextInt(3);
      boolean isRegression = version == 5;
      Prediction prediction =
          isRegression
              ? ofTargets(id, version, random.nextInt(9), random.nextInt(9))
              : ofClass(id, version, random.nextInt(3));
      Label label =
          isRegression ? targets(id, random.nextInt(9), random.nextInt(9)) : label(id, expected);
      int kind = random.nextInt(10);
      if (kind != 0) {
        records.add(to -> to.add(kind == 1 ? error(id) : prediction, NOW));
      }
      if (kind != 2) {
        records.add(to -> to.add(label, NOW));
      }
      if (kind == 3) {
        records.add(to -> to.add(label, NOW));
      }
    }
    LabelJoin before = joined(records);
    assertThat(before.counts().scored()).isPositive();
    assertThat(before.counts().duplicates()).isPositive();
    assertThat(before.counts().orphans()).isPositive();
    assertThat(before.counts().errors()).isPositive();
    for (int round = 0; round < 50; round++) {
      Collections.shuffle(records, random);
      LabelJoin after = joined(records);
      assertThat(after.scores()).isEqualTo(before.scores());
      assertThat(after.counts()).isEqualTo(before.counts());
    }
  }

  private static LabelJoin joined(List<Consumer<LabelJoin>> records) {
    LabelJoin join = new LabelJoin(LIMITS);
    records.forEach(record -> record.accept(join));
    join.finish();
    return join;
  }

  private static VersionScores scores(LabelJoin join, long version) {
    return Objects.requireNonNull(join.scores().get(version));
  }

  private static Prediction ofClass(String id, long version, int predicted) {
    return ofClass(id, version, predicted, 3);
  }

  private static Prediction ofClass(String id, long version, int predicted, int classes) {
    return answer(id)
        .setModelVersion(version)
        .setLabel(predicted)
        .setOutputs(Collections.nCopies(classes, 0.5f))
        .build();
  }

  private static Prediction ofTargets(String id, long version, float... outputs) {
    return answer(id).setModelVersion(version).setOutputs(list(outputs)).build();
  }

  private static Prediction error(String id) {
    return answer(id).setError("`a` is missing").build();
  }

  private static Prediction.Builder answer(String id) {
    return Prediction.newBuilder()
        .setRequestId(id)
        .setModel("m")
        .setModelVersion(0)
        .setVersionAgeMs(0)
        .setQueuedUs(1)
        .setComputedUs(1)
        .setBatchSize(1)
        .setRequestedAt(NOW)
        .setCreatedAt(NOW)
        .setWorker("w");
  }

  private static Label label(String id, int number) {
    return Label.newBuilder().setRequestId(id).setLabel(number).setCreatedAt(NOW).build();
  }

  private static Label targets(String id, float... values) {
    return Label.newBuilder().setRequestId(id).setTargets(list(values)).setCreatedAt(NOW).build();
  }

  private static List<Float> list(float... values) {
    List<Float> list = new ArrayList<>();
    for (float value : values) {
      list.add(value);
    }
    return list;
  }
}
