package dev.tidemill.evaluation.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.evaluation.drift.DriftDetector.Change;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What holds for each detector. Values are error rates of steps of 32 samples. */
class DriftDetectorTest {
  private static final int STEP = 32;

  /** A change, and the number of samples after which it was found. */
  record Alarm(long at, Change change) {}

  private static List<Alarm> run(
      DriftDetector detector, long seed, int steps, IntToDoubleFunction rate) {
    Random random = new Random(seed);
    List<Alarm> alarms = new ArrayList<>();
    for (int step = 0; step < steps; step++) {
      Optional<Change> change = detector.add(value(random, rate.applyAsDouble(step)), STEP);
      long at = (step + 1L) * STEP;
      change.ifPresent(found -> alarms.add(new Alarm(at, found)));
    }
    return alarms;
  }

  private static double value(Random random, double rate) {
    int errors = 0;
    for (int i = 0; i < STEP; i++) {
      errors += random.nextDouble() < rate ? 1 : 0;
    }
    return (double) errors / STEP;
  }

  @ParameterizedTest
  @EnumSource(names = {"ADWIN", "PAGE_HINKLEY"})
  void findsAChangeOnceWithin2000Samples(DetectorKind kind) {
    for (long seed = 1; seed <= 3; seed++) {
      List<Alarm> alarms = run(kind.create(STEP), seed, 2000, DriftDetectorTest::changed);
      assertThat(alarms).singleElement().extracting(Alarm::at).isIn(from(32_000, 34_000));
    }
  }

  /** A low rate by chance among the first samples makes it slower than the others. */
  @Test
  void ddmFindsAChangeWithin3000Samples() {
    for (long seed = 1; seed <= 3; seed++) {
      List<Alarm> alarms = run(new Ddm(), seed, 2000, DriftDetectorTest::changed);
      assertThat(alarms).extracting(Alarm::at).anyMatch(from(32_000, 35_000)::contains);
    }
  }

  @Test
  void adwinEstimatesWhereTheChangeBegan() {
    for (long seed = 1; seed <= 3; seed++) {
      Alarm alarm = run(new Adwin(0.002, 1), seed, 2000, DriftDetectorTest::changed).get(0);
      assertThat(alarm.at() - alarm.change().samplesSince()).isBetween(31_900L, 32_100L);
      assertThat(alarm.change().before()).isBetween(0.08, 0.12);
      assertThat(alarm.change().after()).isBetween(0.5, 0.7);
    }
  }

  private static double changed(int step) {
    return step < 1000 ? 0.1 : 0.6;
  }

  private static List<Long> from(long first, long last) {
    return LongStream.rangeClosed(first, last).boxed().toList();
  }

  /** ADWIN bounds false alarms; the others have some by design, which the benchmark reports. */
  @Test
  void adwinIsSilentWithoutAChangeAndWhileTheErrorFalls() {
    for (long seed = 1; seed <= 20; seed++) {
      assertThat(run(new Adwin(0.002, 1), seed, 3125, step -> 0.2)).isEmpty();
      assertThat(run(new Adwin(0.002, 1), seed, 3125, step -> 0.02 + 0.9 * Math.exp(-step / 200.0)))
          .isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void forgetsTheOldLevelAfterAChange(DetectorKind kind) {
    List<Alarm> alarms =
        run(kind.create(STEP), 5, 6000, step -> step < 2000 ? 0.05 : step < 4000 ? 0.4 : 0.9);
    assertThat(alarms).hasSize(2);
    assertThat(alarms.get(1).change().before()).isBetween(0.35, 0.45);
  }

  @ParameterizedTest
  @EnumSource
  void continuesFromItsState(DetectorKind kind) {
    DriftDetector uninterrupted = kind.create(STEP);
    DriftDetector restored = kind.create(STEP);
    Random random = new Random(7);
    for (int step = 0; step < 3000; step++) {
      double value = value(random, step < 1500 ? 0.1 : 0.5);
      DriftDetector next = kind.create(STEP);
      next.restore(restored.state());
      restored = next;
      assertThat(restored.add(value, STEP)).isEqualTo(uninterrupted.add(value, STEP));
      assertThat(restored.state()).isEqualTo(uninterrupted.state());
    }
  }

  @ParameterizedTest
  @EnumSource
  void refusesWhatIsNoState(DetectorKind kind) {
    assertThatThrownBy(() -> kind.create(STEP).restore(new double[] {1, 2, 3, 4, 5, 6, 7, 8}))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> kind.create(STEP).restore(new double[] {1}))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** Each number of a state, one after the other, is none that a detector can have. */
  @ParameterizedTest
  @EnumSource
  void refusesAStateWithABadNumber(DetectorKind kind) {
    DriftDetector detector = kind.create(STEP);
    Random random = new Random(3);
    for (int step = 0; step < 100; step++) {
      Object unused = detector.add(value(random, 0.1 + step / 1000.0), STEP);
    }
    for (int at = 0; at < detector.state().length; at++) {
      for (double bad : new double[] {Double.NaN, -1, 1e300, Double.NEGATIVE_INFINITY}) {
        double[] state = detector.state();
        state[at] = bad;
        if (kind == DetectorKind.ADWIN && at == 3 && bad > 0) {
          continue; // Any number of samples may have passed since an alarm, or none at all.
        }
        assertThatThrownBy(() -> kind.create(STEP).restore(state))
            .as("number %d: %s", at, bad)
            .isInstanceOf(IllegalArgumentException.class);
      }
    }
  }

  @Test
  void adwinKeepsFewNumbers() {
    Adwin adwin = new Adwin(0.002, 32);
    List<Alarm> none = run(adwin, 1, 100_000, step -> 0.3);
    assertThat(none).isEmpty();
    assertThat(adwin.state().length).isLessThan(300);
  }

  @Test
  void randomAlarmsComeAtTheirRate() {
    List<Alarm> alarms = run(new RandomAlarms(1e-4, 3), 1, 100_000, step -> 0.5);
    assertThat(alarms.size()).isBetween(250, 390);
  }
}
