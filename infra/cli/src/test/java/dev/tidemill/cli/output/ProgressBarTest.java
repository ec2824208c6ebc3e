package dev.tidemill.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ProgressBarTest {
  private static final long SECOND = 1_000_000_000L;

  private final StringWriter written = new StringWriter();
  private long now = 7 * SECOND;

  @Test
  void printsRateAndRemainingTimeEveryFiveSecondsInAPipe() {
    ProgressBar bar = bar(false, OptionalLong.of(10_000));
    now += 4 * SECOND;
    bar.update(1000);
    assertThat(written.toString()).isEmpty();

    now += SECOND;
    bar.update(2500);
    now += SECOND;
    bar.update(3000);

    assertThat(written.toString().lines())
        .containsExactly(
            "[########......................]  25 %  2,500 of 10,000 samples  500/s  15 s left");
  }

  @Test
  void redrawsOnATerminal() {
    ProgressBar bar = bar(true, OptionalLong.of(100));
    now += SECOND;
    bar.update(50);
    now += SECOND / 100;
    bar.update(60);
    now += SECOND;
    bar.update(70);

    assertThat(written.toString()).contains(" 50 %").doesNotContain(" 60 %").contains(" 70 %");
    assertThat(written.toString()).contains("\u001b[1F\u001b[J");
  }

  @Test
  void showsOnlyTheRateOfAnEndlessSource() {
    ProgressBar bar = bar(false, OptionalLong.empty());
    now += 10 * SECOND;
    bar.update(12_340);

    assertThat(written.toString().lines()).containsExactly("12,340 samples  1,234/s");
  }

  @Test
  void showsAFullBarAtTheEnd() {
    ProgressBar bar = bar(false, OptionalLong.of(10));
    now += 2 * SECOND;
    bar.end(10);

    assertThat(written.toString().lines())
        .containsExactly("[##############################] 100 %  10 of 10 samples  5/s");
  }

  @Test
  void showsAFullBarForNothingToDo() {
    bar(false, OptionalLong.of(0)).end(0);

    assertThat(written.toString()).contains("100 %");
  }

  private ProgressBar bar(boolean interactive, OptionalLong total) {
    Terminal terminal = new Terminal(new PrintWriter(written, true), interactive);
    return new ProgressBar(terminal, "samples", total, () -> now);
  }
}
