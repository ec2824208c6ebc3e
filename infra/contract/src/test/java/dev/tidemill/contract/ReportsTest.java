package dev.tidemill.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class ReportsTest {
  private static final List<String> NAMES = List.of("red", "green", "blue");

  /** The expected figures are scikit-learn's definitions, worked out by hand. */
  @Test
  void scoresEachClass() {
    ClassReport report = new ClassReport();
    report.add(0, 0, 8);
    report.add(0, 1, 2);
    report.add(1, 1, 3);
    report.add(1, 0, 1);
    report.add(2, 1, 1);

    ClassReport.Score red = report.scores().get(0);
    assertThat(red.precision()).isEqualTo(8 / 9.0);
    assertThat(red.recall()).isEqualTo(8 / 10.0);
    assertThat(red.f1()).isEqualTo(16 / 19.0, within(1e-12));
    assertThat(report.scores().get(2)).isEqualTo(new ClassReport.Score(2, 0, 0, 0, 1));
    assertThat(report.accuracy()).isEqualTo(11 / 15.0);
    assertThat(report.macroF1()).isEqualTo((16 / 19.0 + 0.6) / 3, within(1e-12));
  }

  @Test
  void printsRowPerClassAndMatrix() {
    ClassReport report = new ClassReport();
    report.add(0, 0, 8);
    report.add(1, 0, 1);
    assertThat(report.lines(NAMES::get))
        .contains(
            "red       0.8889     1.0000     0.9412          8",
            "green     0.0000     0.0000     0.0000          1",
            "predicted as, for samples of each class:",
            "             red      green",
            "green          1          0");
  }

  @Test
  void measuresErrorsInUnitsOfTarget() {
    TargetReport report = new TargetReport("width");
    report.add(10, 12);
    report.add(20, 19);
    report.add(30, 30);
    assertThat(report.mae()).isEqualTo(1);
    assertThat(report.rmse()).isEqualTo(Math.sqrt(5 / 3.0), within(1e-12));
    assertThat(report.r2()).isEqualTo(1 - 5 / 200.0, within(1e-12));
  }

  @Test
  void sumsGiveTheFiguresOfTheirSamples() {
    TargetReport report = new TargetReport("width");
    report.add(2, 3, 5, 10 + 20, 100 + 400);
    report.add(1, 0, 0, 30, 900);
    report.add(0, 0, 0, 0, 0);
    assertThat(report.samples()).isEqualTo(3);
    assertThat(report.mae()).isEqualTo(1);
    assertThat(report.rmse()).isEqualTo(Math.sqrt(5 / 3.0), within(1e-12));
    assertThat(report.r2()).isEqualTo(1 - 5 / 200.0, within(1e-12));
    assertThat(TargetReport.words(List.of(report))).isEqualTo("MAE 1.000, RMSE 1.291, R² 0.9750");
  }

  /** The sums of 0.1 three times over differ in their last bits. */
  @Test
  void hasNoR2IfSumsDifferByRoundingOnly() {
    TargetReport report = new TargetReport("width");
    report.add(3, 0.3, 0.03, 0.1 + 0.1 + 0.1, 3 * (0.1 * 0.1));
    assertThat(report.r2()).isNaN();
  }

  @Test
  void namesSeveralTargets() {
    TargetReport width = new TargetReport("width");
    width.add(1, 1);
    width.add(2, 2);
    TargetReport height = new TargetReport("height");
    height.add(1, 2);
    height.add(3, 4);
    assertThat(TargetReport.words(List.of(width, height)))
        .isEqualTo(
            "width: MAE 0.000, RMSE 0.000, R² 1.0000, height: MAE 1.000, RMSE 1.000, R² 0.0000");
  }

  @Test
  void hasNoR2IfAllValuesAreTheSame() {
    TargetReport report = new TargetReport("width");
    report.add(1, 1);
    report.add(1, 2);
    assertThat(report.r2()).isNaN();
  }
}
