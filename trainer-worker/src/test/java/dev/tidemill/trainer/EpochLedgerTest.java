package dev.tidemill.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.engine.ConfusionCounts;
import dev.tidemill.engine.TargetSums;
import dev.tidemill.engine.TrainingCounters;
import dev.tidemill.engine.TrainingSpec;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EpochLedgerTest {
  private static final Optional<TrainingSpec.Stop> STOP =
      Optional.of(new TrainingSpec.Stop(0.01, 2));

  private final EpochLedger ledger = new EpochLedger(TrainingCounters.initial(5));

  @Test
  void averagesOverEpochAndVersion() {
    ledger.add(new MetricSums(10, 20, 4, TargetSums.NONE));
    ledger.cut();
    ledger.add(new MetricSums(30, 10, 26, TargetSums.NONE));
    assertThat(ledger.version().loss()).isEqualTo(10.0 / 30);
    assertThat(ledger.epoch().loss()).isEqualTo(30.0 / 40);
    assertThat(ledger.epoch().accuracy(1)).isEqualTo(30.0 / 40);
    assertThat(ledger.epoch().accuracy(3)).isEqualTo(10.0 / 40);
    assertThat(ledger.samples()).isEqualTo(40);
  }

  @Test
  void resumedEpochMatchesUninterruptedEpoch() {
    ledger.add(new MetricSums(10, 20, 4, TargetSums.of(1, 2, 3, 4)));
    ledger.add(ConfusionCounts.of(2, 1, 2, 3, 4));
    EpochLedger resumed = new EpochLedger(ledger.counters(3));
    ledger.add(new MetricSums(30, 10, 26, TargetSums.of(0.1, 2, 3, 4)));
    resumed.add(new MetricSums(30, 10, 26, TargetSums.of(0.1, 2, 3, 4)));
    ledger.add(ConfusionCounts.of(2, 0, 0, 1, 0));
    resumed.add(ConfusionCounts.of(2, 0, 0, 1, 0));
    assertThat(resumed.confusion())
        .isEqualTo(ledger.confusion())
        .isEqualTo(ConfusionCounts.of(2, 1, 2, 4, 4));
    assertThat(resumed.closeEpoch(STOP)).isEqualTo(ledger.closeEpoch(STOP));
    assertThat(resumed.counters(9)).isEqualTo(ledger.counters(9));
  }

  @Test
  void convergesWhenPatienceIsExhausted() {
    close(1.0);
    close(0.5);
    close(0.495);
    assertThat(ledger.hasConverged(STOP)).isFalse();
    close(0.491);
    assertThat(ledger.hasConverged(STOP)).isTrue();
    assertThat(ledger.hasConverged(Optional.empty())).isFalse();
    ledger.beginRun();
    assertThat(ledger.hasConverged(STOP)).isFalse();
  }

  @Test
  void improvementResetsPatience() {
    close(0.5);
    close(0.5);
    close(0.48);
    close(0.48);
    assertThat(ledger.hasConverged(STOP)).isFalse();
  }

  @Test
  void ignoresEpochWithoutSamples() {
    close(0.5);
    MetricSums nothing = ledger.closeEpoch(STOP);
    assertThat(nothing.samples()).isZero();
    assertThat(ledger.counters(1).epochsWithoutImprovement()).isZero();
  }

  private void close(double loss) {
    ledger.add(new MetricSums(10, 10 * loss, 0, TargetSums.NONE));
    MetricSums closed = ledger.closeEpoch(STOP);
    assertThat(closed.loss()).isEqualTo(loss);
  }
}
