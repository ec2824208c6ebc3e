package dev.tidemill.producer.source.digits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.producer.source.Sample;
import dev.tidemill.producer.source.SampleReaders;
import java.lang.management.ManagementFactory;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class DigitsSourceTest {
  private static final long NEVER = Long.MAX_VALUE;

  @Test
  void samplesAreReproducibleInAnyOrderOnAnyThread() {
    DigitsSource source = new DigitsSource(7, NEVER, false);
    Sample first = source.at(1234);
    SampleReaders.from(source, 0, 100);
    assertThat(source.at(1234)).isEqualTo(first);
    assertThat(CompletableFuture.supplyAsync(() -> source.at(1234)).join()).isEqualTo(first);
    assertThat(new DigitsSource(7, NEVER, false).at(1234)).isEqualTo(first);
  }

  @Test
  void seedAndTestPartChangeTheSamples() {
    Sample sample = new DigitsSource(7, NEVER, false).at(0);
    assertThat(new DigitsSource(8, NEVER, false).at(0).data()).isNotEqualTo(sample.data());
    assertThat(new DigitsSource(7, NEVER, true).at(0).data()).isNotEqualTo(sample.data());
  }

  @Test
  void classesAreBalanced() {
    DigitsSource source = new DigitsSource(1, NEVER, false);
    int[] counts = new int[10];
    LongStream.range(0, 10_000).forEach(i -> counts[SampleReaders.classOf(source.at(i))]++);
    assertThat(IntStream.of(counts).boxed()).allMatch(count -> count > 850 && count < 1150);
  }

  @Test
  void isLearnableUntilTheStyleDrifts() {
    DigitsSource source = new DigitsSource(3, 5_000, false);
    double[][] means = new double[10][784];
    int[] counts = new int[10];
    for (Sample sample : SampleReaders.from(source, 0, 4_000)) {
      counts[SampleReaders.classOf(sample)]++;
      double[] mean = means[SampleReaders.classOf(sample)];
      for (int i = 0; i < mean.length; i++) {
        mean[i] += sample.data().get(i) & 0xFF;
      }
    }
    for (int digit = 0; digit < 10; digit++) {
      for (int i = 0; i < 784; i++) {
        means[digit][i] /= counts[digit];
      }
    }
    double before = accuracy(means, source, 4_000);
    double after = accuracy(means, source, 5_000);
    assertThat(before).as("accuracy of a nearest-mean classifier").isGreaterThan(0.6);
    assertThat(after).isLessThan(before - 0.2);
  }

  private static double accuracy(double[][] means, DigitsSource source, long from) {
    return SampleReaders.from(source, from, 1_000).stream()
        .mapToInt(sample -> nearest(means, sample) == SampleReaders.classOf(sample) ? 1 : 0)
        .average()
        .orElseThrow();
  }

  private static int nearest(double[][] means, Sample sample) {
    int best = 0;
    double least = Double.MAX_VALUE;
    for (int digit = 0; digit < 10; digit++) {
      double distance = 0;
      for (int i = 0; i < 784; i++) {
        double off = means[digit][i] - (sample.data().get(i) & 0xFF);
        distance += off * off;
      }
      if (distance < least) {
        least = distance;
        best = digit;
      }
    }
    return best;
  }

  @Test
  void drawsTwentyThousandSamplesPerCpuSecond() {
    DigitsSource source = new DigitsSource(1, NEVER, false);
    LongStream.range(0, 20_000).forEach(source::at);
    var threads = ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadCpuTime();
    LongStream.range(0, 20_000).forEach(source::at);
    assertThat(threads.getCurrentThreadCpuTime() - before).isLessThan(1_000_000_000L);
  }
}
