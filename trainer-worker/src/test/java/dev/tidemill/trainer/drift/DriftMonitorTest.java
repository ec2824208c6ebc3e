package dev.tidemill.trainer.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.contract.ColumnSurvey;
import dev.tidemill.contract.Contract;
import dev.tidemill.contract.ContractDeriver;
import dev.tidemill.contract.DeriveOptions;
import dev.tidemill.engine.ElementType;
import dev.tidemill.engine.TensorBatch;
import dev.tidemill.evaluation.drift.DetectorKind;
import dev.tidemill.schemas.DriftSignal;
import dev.tidemill.schemas.Feature;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DriftMonitorTest {
  private static final int STEP = 32;
  private static final int FEATURES = 3;
  static final Contract CONTRACT = contract();

  private final Random random = new Random(1);

  static DriftMonitor monitor() {
    return new DriftMonitor(Optional.of(DetectorKind.ADWIN), STEP, 1, 0, Optional.empty());
  }

  /**
   * A step with the contract's distributions.
   *
   * @param shift deviations by which the mean of the last feature is larger
   */
  private TensorBatch step(double shift) {
    ByteBuffer inputs =
        ByteBuffer.allocate(STEP * FEATURES * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < STEP; i++) {
      for (int f = 0; f < FEATURES; f++) {
        Feature feature = CONTRACT.features().get(f);
        double moved = random.nextGaussian() + (f == FEATURES - 1 ? shift : 0);
        double raw = 10 * f + 5 * moved;
        inputs.putFloat((float) ((raw - feature.getMean()) / feature.getDeviation()));
      }
    }
    TensorBatch batch = new TensorBatch();
    batch.add(ElementType.FLOAT32, inputs.flip(), 1, 0, 0, STEP);
    return batch;
  }

  private static Contract contract() {
    Random values = new Random(2);
    List<ColumnSurvey> columns =
        IntStream.range(0, FEATURES).mapToObj(f -> new ColumnSurvey("f" + f)).toList();
    ColumnSurvey label = new ColumnSurvey("label");
    for (int i = 0; i < 1000; i++) {
      for (int f = 0; f < FEATURES; f++) {
        columns.get(f).add(10 * f + 5 * values.nextGaussian());
      }
      label.add(i % 2);
    }
    return ContractDeriver.derive(columns, List.of(label), DeriveOptions.DEFAULT)
        .asFirst("m", "test", Instant.EPOCH);
  }

  /** A record for each step. */
  void run(DriftMonitor monitor, int from, int to, double shift, double error) {
    for (int step = from; step < to; step++) {
      monitor.begin(step(shift), 2, step);
      monitor.measured(STEP, error + (step % 2 == 0 ? 0.03125 : 0));
    }
  }

  private static Drift taken(DriftMonitor monitor) {
    return Objects.requireNonNull(monitor.take());
  }

  @Test
  void findsARiseOfTheErrorAndTheRecordWithWhichItBegan() {
    DriftMonitor monitor = monitor();
    run(monitor, 0, 300, 0, 0.1);
    assertThat(monitor.take()).isNull();
    run(monitor, 300, 340, 0, 0.5);
    Drift drift = taken(monitor);
    assertThat(monitor.take()).isNull();
    assertThat(drift.signal()).isEqualTo(DriftSignal.ERROR);
    assertThat(drift.feature()).isNull();
    assertThat(drift.partition()).isEqualTo(2);
    assertThat(drift.offset()).isBetween(296L, 302L);
    assertThat(drift.began()).isEqualTo(drift.offset() * STEP);
    assertThat(drift.detected()).isBetween(300L * STEP, 340L * STEP);
    assertThat(drift.before()).isBetween(0.1, 0.14);
    assertThat(drift.after()).isBetween(0.4, 0.54);
    assertThat(drift.describe()).startsWith("drift: the prequential error rose from 0.1");
  }

  @Test
  void namesTheFeatureThatLeavesTheContract() {
    DriftMonitor monitor = monitor();
    monitor.contract(Optional.of(CONTRACT));
    run(monitor, 0, 300, 0, 0.1);
    assertThat(monitor.take()).isNull();
    run(monitor, 300, 400, 2, 0.1);
    Drift drift = taken(monitor);
    assertThat(drift.signal()).isEqualTo(DriftSignal.INPUT);
    assertThat(drift.feature()).isEqualTo("f2");
    assertThat(drift.offset()).isBetween(296L, 304L);
    assertThat(drift.detected()).isLessThanOrEqualTo(400L * STEP);
  }

  /** DDM and Page-Hinkley are for error rates. */
  @Test
  void watchesTheInputsWithAdwinWhateverWatchesTheErrors() {
    for (DetectorKind kind : DetectorKind.values()) {
      DriftMonitor monitor = new DriftMonitor(Optional.of(kind), STEP, 1, 0, Optional.empty());
      monitor.contract(Optional.of(CONTRACT));
      run(monitor, 0, 300, 0, 0.1);
      assertThat(monitor.take()).as(kind.word()).isNull();
      DriftMonitor resumed =
          new DriftMonitor(Optional.of(kind), STEP, 1, 300L * STEP, Optional.empty());
      assertThat(resumed.restore(monitor.state())).isEmpty();
      resumed.contract(Optional.of(CONTRACT));
      run(resumed, 300, 400, 2, 0.1);
      Drift drift = taken(resumed);
      assertThat(drift.signal()).isEqualTo(DriftSignal.INPUT);
      assertThat(drift.detector()).isEqualTo("adwin");
      assertThat(drift.began()).isBetween(296L * STEP, 304L * STEP);
    }
  }

  @Test
  void continuesFromItsState() {
    DriftMonitor before = monitor();
    before.contract(Optional.of(CONTRACT));
    run(before, 0, 300, 0, 0.1);
    before.boost().begin(3, 1000);
    DriftMonitor after =
        new DriftMonitor(Optional.of(DetectorKind.ADWIN), STEP, 1, 300L * STEP, Optional.empty());
    after.restore(before.state());
    assertThat(after.state()).isEqualTo(before.state());
    assertThat(after.boost().target()).isEqualTo(3);
    assertThat(after.boost().left()).isEqualTo(1000);
    run(before, 300, 340, 0, 0.5);
    run(after, 300, 340, 0, 0.5);
    Drift found = taken(before);
    assertThat(taken(after).detected()).isEqualTo(found.detected());
  }

  /** Where the change began is unknown, so the report names where the trainer continued. */
  @Test
  void namesTheFirstKnownRecordForAChangeBeforeIt() {
    DriftMonitor before = monitor();
    run(before, 0, 300, 0, 0.1);
    run(before, 300, 302, 0, 0.3);
    DriftMonitor after =
        new DriftMonitor(Optional.of(DetectorKind.ADWIN), STEP, 1, 302L * STEP, Optional.empty());
    after.restore(before.state());
    run(after, 305, 600, 0, 0.3);
    Drift drift = taken(after);
    assertThat(drift.began()).isLessThan(302L * STEP);
    assertThat(drift.offset()).isEqualTo(305);
    assertThat(drift.describe()).contains("(partition 2, at or before offset 305)");
  }

  @Test
  void anotherDetectorBeginsAnewButABoostGoesOn() {
    DriftMonitor before = monitor();
    run(before, 0, 10, 0, 0.1);
    before.boost().begin(2, 64);
    DriftMonitor after = new DriftMonitor(Optional.empty(), STEP, 1, 320, Optional.empty());
    after.restore(before.state());
    run(after, 10, 12, 0, 0.1);
    assertThat(after.boost().trained(STEP)).isFalse();
    assertThat(after.boost().trained(STEP)).isTrue();
    assertThat(after.boost().factor()).isEqualTo(1);
  }

  @Test
  void refusesWhatIsNoState() {
    for (String text :
        List.of(
            "1;boost",
            "1;boost x 1 1",
            "1;boost 0.0 3 3",
            "1;boost 1.0 3 3",
            "1;boost 101.0 3 3",
            "1;boost NaN 3 3",
            "1;boost 2.0 3 -1",
            "1;boost 2.0 3 4",
            "1;boost 2.0 0 0",
            "1;boost 2.0 3 1.5",
            "1;boost 2.0 1.5 1",
            "1;boost 2.0 1e13 3",
            "1;boost 2.0 Infinity 3")) {
      assertThatThrownBy(() -> monitor().restore(text))
          .as(text)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  /** A damaged state of a detector must not keep a model from training. */
  @Test
  void beginsAnewAndSaysSoWhereADetectorHasNoState() {
    for (String text :
        List.of(
            "1;adwin.ERROR 1.0",
            "1;adwin.ERROR x",
            "1;adwin.ERROR NaN 0 0 0",
            "1;adwin.INPUT 0 0 0 0 7",
            "2;adwin.ERROR 0 0 0 0",
            "adwin.ERROR 0 0 0 0")) {
      DriftMonitor monitor = monitor();
      assertThat(monitor.restore(text))
          .as(text)
          .singleElement()
          .asString()
          .startsWith("the detection of drift begins anew");
      run(monitor, 0, 300, 0, 0.1);
      run(monitor, 300, 340, 0, 0.5);
      assertThat(taken(monitor).signal()).isEqualTo(DriftSignal.ERROR);
    }
    assertThat(monitor().restore(monitor().state())).isEmpty();
  }

  @Test
  void otherWeightsBeginAnewWithoutABoost() {
    DriftMonitor monitor = monitor();
    run(monitor, 0, 300, 0, 0.1);
    monitor.boost().begin(3, 1000);
    monitor.rolledBack();
    assertThat(monitor.boost().isActive()).isFalse();
    run(monitor, 300, 400, 0, 0.5);
    assertThat(monitor.take()).isNull();
  }

  /** How far labels were compared does not depend on the model. */
  @Test
  void aNewModelKeepsOnlyWhatWasReadOfTheLabels() {
    String before =
        "1;boost 3.0 10.0 5.0;adwin.ERROR 1.0;adwin.DELAYED ids 1.0 2.0;adwin.INPUT 2.0";
    assertThat(DriftMonitor.restarted(7, before))
        .isEqualTo("1;retraining 7;adwin.DELAYED ids 1.0 2.0");
    assertThat(DriftMonitor.restarted(0, before)).isEqualTo("1;adwin.DELAYED ids 1.0 2.0");
    assertThat(DriftMonitor.restarted(0, "")).isEmpty();
    assertThat(DriftMonitor.restarted(7, "2;adwin.DELAYED ids")).isEqualTo("1;retraining 7");
  }
}
