package dev.tidemill.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.cli.output.SendingProgress.Rerun;
import dev.tidemill.producer.SendProgress;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class SendingProgressTest {
  private final StringWriter err = new StringWriter();
  private final SendingProgress shown =
      new SendingProgress(new Terminal(new PrintWriter(err, true), false));

  @Test
  void reportsSentSamples() {
    assertThat(said(progress(0, 67_584, 67_584, 67_584, 0), Rerun.CONTINUES))
        .containsExactly("produce: sent 67,584 samples in 7 records");
  }

  @Test
  void reportsUncommittedSamplesAndWhereARerunContinues() {
    assertThat(said(progress(100, 4_064, 67_584, 100_000, 0), Rerun.CONTINUES))
        .containsExactly(
            "produce: sent 4,064 samples in 7 records",
            "produce: 63,520 samples that were read were not committed",
            "produce: run the same command again: it continues at sample 4,164, or after it if the"
                + " last commit succeeded");
  }

  @Test
  void reportsWhereAStoppedRunContinues() {
    assertThat(said(progress(100, 4_064, 4_064, 100_000, 0), Rerun.CONTINUES))
        .containsExactly(
            "produce: sent 4,064 samples in 7 records",
            "produce: run the same command again: it continues at sample 4,164");
  }

  @Test
  void reportsThatAStreamCannotBeReadAgain() {
    SendProgress progress = new SendProgress(0, 10, 7, 15, 8, OptionalLong.empty(), 1, 3);
    assertThat(said(progress, Rerun.READS_ON))
        .containsExactly(
            "produce: sent 10 samples in 7 records, skipped 3",
            "produce: 5 samples that were read were not committed",
            "produce: the input cannot be read again: supply it from sample 10 on");
  }

  @Test
  void reportsThatNothingWasLeftToSend() {
    assertThat(said(progress(500, 0, 0, 500, 0), Rerun.CONTINUES))
        .containsExactly(
            "produce: nothing left to send: all 500 samples of csv:a.csv were sent before; to send"
                + " them again, add --set send.resume=never, or --source-name NAME");
  }

  private static SendProgress progress(
      long before, long samples, long taken, long total, long refused) {
    return new SendProgress(before, samples, 7, taken, 9, OptionalLong.of(total), 1, refused);
  }

  /** The lines at the end, without the bar. */
  private List<String> said(SendProgress progress, Rerun rerun) {
    shown.progressed(progress);
    err.getBuffer().setLength(0);
    shown.end("csv:a.csv", progress, rerun);
    return err.toString().lines().filter(line -> line.startsWith("produce: ")).toList();
  }
}
