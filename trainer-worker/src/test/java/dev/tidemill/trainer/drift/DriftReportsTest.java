package dev.tidemill.trainer.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.evaluation.drift.DetectorKind;
import dev.tidemill.schemas.DriftSignal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DriftReportsTest {
  private final List<String> notices = new ArrayList<>();
  private final DriftMonitorTest steps = new DriftMonitorTest();
  private final DriftMonitor monitor = DriftMonitorTest.monitor();

  private DriftReports reports(DriftPolicy policy) {
    return new DriftReports(
        monitor, new DriftSettings(Optional.of(DetectorKind.ADWIN), policy, 3, 1000), notices::add);
  }

  /** Errors and inputs change, and nothing is taken until both were found. */
  private void findTwo() {
    monitor.contract(Optional.of(DriftMonitorTest.CONTRACT));
    steps.run(monitor, 0, 300, 0, 0.1);
    steps.run(monitor, 300, 400, 2, 0.5);
  }

  @Test
  void twoSignalsAreReportedTogetherAndBeginOneBoost() {
    DriftReports reports = reports(DriftPolicy.BOOST);
    findTwo();
    reports.collect();
    assertThat(reports.areUrgent()).isTrue();
    assertThat(monitor.boost().left()).isEqualTo(1000);
    List<DriftReport> taken = reports.take();
    assertThat(taken)
        .extracting(report -> report.drift().signal())
        .containsExactlyInAnyOrder(DriftSignal.ERROR, DriftSignal.INPUT);
    assertThat(taken.get(0).action()).contains("is multiplied by up to 3.0 for 1,000 samples");
    assertThat(taken.get(1).action()).contains("goes on for 1,000 samples");
    assertThat(notices).hasSize(2);
    assertThat(reports.take()).isEmpty();
    assertThat(reports.areUrgent()).isFalse();
  }

  @Test
  void anAnnouncedChangeWaitsForTheNextVersion() {
    DriftReports reports = reports(DriftPolicy.ANNOUNCE);
    findTwo();
    reports.collect();
    assertThat(reports.areUrgent()).isFalse();
    assertThat(reports.take()).hasSize(2);
  }

  @Test
  void aChangeBeginsOneNewModel() {
    DriftReports reports = reports(DriftPolicy.RETRAIN);
    findTwo();
    reports.collect();
    assertThat(reports.areUrgent()).isTrue();
    List<DriftReport> taken = reports.take();
    assertThat(taken).hasSize(2);
    assertThat(taken.get(0).restarts()).isTrue();
    assertThat(taken.get(0).action()).contains("trains the records since the change again");
    assertThat(taken.get(1).restarts()).isFalse();
    assertThat(taken.get(1).action()).contains("is for this one, too");
    assertThat(taken).noneMatch(DriftReport::rollsBack);
  }

  @Test
  void whileAModelTrainsRecordsAgainAChangeIsOnlyReported() {
    assertThat(monitor.restore(DriftMonitor.restarted(20_000, ""))).isEmpty();
    DriftReports reports = reports(DriftPolicy.RETRAIN);
    findTwo();
    reports.collect();
    assertThat(reports.areUrgent()).isFalse();
    assertThat(reports.take())
        .hasSize(2)
        .noneMatch(DriftReport::restarts)
        .extracting(DriftReport::action)
        .allMatch(action -> action.contains("20,000 samples are left"));

    monitor.retraining().trained(19_999);
    assertThat(monitor.state()).startsWith("1;retraining 1;");
    monitor.retraining().trained(2);
    assertThat(monitor.retraining().isActive()).isFalse();
    assertThat(monitor.state()).doesNotContain("retraining");
  }

  @Test
  void aRetrainingThatCannotBeReadIsRefused() {
    assertThatThrownBy(() -> monitor.restore("1;retraining -1"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> monitor.restore("1;retraining 1 2"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aRollbackLeavesPendingChangesWithoutAnActionAndEndsTheBoost() {
    DriftReports reports = reports(DriftPolicy.ROLLBACK);
    monitor.boost().begin(3, 1000);
    findTwo();
    reports.rolledBack(7);
    assertThat(reports.take())
        .hasSize(2)
        .noneMatch(DriftReport::rollsBack)
        .extracting(DriftReport::action)
        .containsOnly("training continues from the weights of version 7");
    assertThat(monitor.boost().isActive()).isFalse();
    reports.collect();
    assertThat(reports.take()).isEmpty();
  }
}
