package dev.tidemill.trainer;

import static dev.tidemill.testbed.Eventually.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.schemas.OffsetRange;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StepAssemblerTest {
  private final TrainedRanges coverage =
      new TrainedRanges(List.of(PartitionStart.at(new Position(0, 1, 0, 0))));
  private final List<Arrival> released = new ArrayList<>();
  private final StepAssembler assembler = new StepAssembler(4, 1000, coverage, arrival -> {});

  @Test
  void stepSpansRecordsAndEndsWithinRecord() {
    assembler.add(Records.samples(0, 0, 0, 3, 0));
    assertThat(assembler.hasStep()).isFalse();
    assembler.add(Records.samples(0, 1, 0, 3, 3));
    assertThat(assembler.hasStep()).isTrue();
    assertThat(Records.numbers(assembler.next())).containsExactly(0, 1, 2, 3);
    assertThat(coverage.ranges()).isEmpty();
    assembler.trained();
    assertThat(coverage.positions()).containsExactly(new Position(0, 1, 1, 1));
    assertThat(Records.numbers(assembler.next())).containsExactly(4, 5);
    assembler.trained();
    assertThat(coverage.positions()).containsExactly(new Position(0, 1, 2, 0));
    assertThat(assembler.pending()).isZero();
  }

  /** Steps of four over a record with weights, one without and another one with weights. */
  @Test
  void samplesKeepTheirWeightsInStepsThatSpanRecords() {
    assembler.add(Records.weighted(0, 0, 0.5f, 2, 3));
    assembler.add(Records.samples(0, 1, 0, 2, 0));
    assembler.add(Records.weighted(0, 2, 5, 6, 7));
    assertThat(Records.weights(assembler.next())).containsExactly(0.5f, 2f, 3f, 1f);
    assembler.trained();
    assertThat(assembler.next().isWeighted()).isTrue();
    assertThat(Records.weights(assembler.next())).containsExactly(1f, 5f, 6f, 7f);
    assembler.trained();
    assembler.add(Records.samples(0, 3, 0, 1, 0));
    assertThat(assembler.next().isWeighted()).isFalse();
  }

  @Test
  void splitsLargeRecordIntoSteps() {
    assembler.add(Records.samples(0, 0, 2, 11, 0));
    assertThat(Records.numbers(assembler.next())).containsExactly(2, 3, 4, 5);
    assembler.trained();
    assertThat(Records.numbers(assembler.next())).containsExactly(6, 7, 8, 9);
    assembler.trained();
    assertThat(assembler.hasStep()).isFalse();
    assertThat(coverage.positions()).containsExactly(new Position(0, 1, 0, 10));
  }

  @Test
  void stepPassesQueuedRefusal() {
    assembler.add(Records.samples(0, 0, 0, 3, 0));
    assembler.add(Records.refused(0, 1));
    assertThat(assembler.refusalsPassed()).isZero();
    assembler.add(Records.samples(0, 2, 0, 3, 3));
    assertThat(Records.numbers(assembler.next())).containsExactly(0, 1, 2, 3);
    assembler.trained();
    assertThat(coverage.positions()).containsExactly(new Position(0, 1, 2, 1));
    assertThat(assembler.takeRefusals()).hasSize(1);
    assertThat(assembler.takeRefusals()).isEmpty();
  }

  @Test
  void passesRefusalBeforeAllSamplesAtOnce() {
    assembler.add(Records.refused(0, 0));
    assertThat(coverage.positions()).containsExactly(new Position(0, 1, 1, 0));
    assertThat(assembler.refusalsPassed()).isEqualTo(1);
    assembler.add(new Arrival.Passed(0, 7));
    assembler.add(new Arrival.Passed(0, 7));
    assertThat(coverage.positions()).containsExactly(new Position(0, 1, 7, 0));
  }

  @Test
  void manyRefusalsEndStepEarly() {
    assembler.add(Records.samples(0, 0, 0, 3, 0));
    for (int i = 1; i < ArrivalQueue.MAX_REFUSED; i++) {
      assembler.add(Records.refused(0, i));
    }
    assertThat(assembler.hasStep()).isFalse();
    assembler.add(Records.refused(0, ArrivalQueue.MAX_REFUSED));
    assertThat(assembler.hasStep()).isTrue();
    assertThat(Records.numbers(assembler.next())).containsExactly(0, 1, 2);
    assembler.trained();
    assertThat(assembler.takeRefusals()).hasSize(ArrivalQueue.MAX_REFUSED);
  }

  @Test
  void largeRefusalsEndStepEarly() {
    assembler.add(Records.samples(0, 0, 0, 3, 0));
    assembler.add(Records.refused(0, 1, new byte[990]));
    assertThat(assembler.hasStep()).isFalse();
    assembler.add(Records.refused(0, 2, new byte[10]));
    assertThat(assembler.hasStep()).isTrue();
    assertThat(assembler.next().size()).isEqualTo(3);
    assembler.trained();
    assembler.add(Records.samples(0, 3, 0, 3, 0));
    assertThat(assembler.hasStep()).isFalse();
  }

  @Test
  void releasesRecordAfterLastSample() {
    StepAssembler releasing = new StepAssembler(4, 1000, coverage, released::add);
    Arrival.Samples first = Records.samples(0, 0, 0, 6, 0);
    releasing.add(first);
    assertThat(releasing.next().size()).isEqualTo(4);
    releasing.trained();
    assertThat(released).isEmpty();
    assertThat(releasing.next().size()).isEqualTo(2);
    releasing.trained();
    assertThat(released).containsExactly(first);
  }

  /** Aborted transactions of other producers, while samples wait for the rest of a step. */
  @Test
  void keepsOnePassedItemPerPartition() {
    assembler.add(Records.samples(0, 0, 0, 3, 0));
    for (int i = 2; i < 1000; i++) {
      assembler.add(new Arrival.Passed(0, i));
    }
    assertThat(assembler.waiting()).isEqualTo(2);
    assembler.add(Records.samples(0, 999, 0, 1, 3));
    assembler.next();
    assembler.trained();
    assertThat(coverage.positions()).containsExactly(new Position(0, 1, 1000, 0));
  }

  /** The step that uses the last sample of a record releases its bytes. */
  @Test
  void doesNotReferenceTrainedRecord() {
    WeakReference<Arrival> trained = trainOne();
    await()
        .untilAsserted(
            () -> {
              System.gc();
              assertThat(trained.get()).isNull();
            });
    assertThat(assembler.pending()).isZero();
  }

  private WeakReference<Arrival> trainOne() {
    Arrival.Samples arrival = Records.samples(0, 0, 0, 4, 0);
    assembler.add(arrival);
    assertThat(assembler.next().size()).isEqualTo(4);
    assembler.trained();
    return new WeakReference<>(arrival);
  }

  /** For random sizes and kills: the same steps, and each sample once, in order. */
  @Test
  void resumedRunMakesSameStepsAsUninterruptedRun() {
    for (int seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      Log log = Log.random(random);
      int batchSize = 1 + random.nextInt(20);
      List<List<Integer>> uninterrupted = log.steps(batchSize, new Random(0), 0);
      List<List<Integer>> killed = log.steps(batchSize, random, 1 + random.nextInt(6));
      assertThat(killed).as("seed %d", seed).isEqualTo(uninterrupted);
      assertThat(killed.stream().flatMap(List::stream).toList())
          .as("seed %d", seed)
          .isEqualTo(log.allSamples());
    }
  }

  /** The records of one partition, some of them refused. */
  private static final class Log {
    private final int[] sizes;
    private final boolean[] bad;

    Log(int[] sizes, boolean[] bad) {
      this.sizes = sizes;
      this.bad = bad;
    }

    static Log random(Random random) {
      int records = 1 + random.nextInt(40);
      int[] sizes = random.ints(records, 1, 30).toArray();
      boolean[] bad = new boolean[records];
      for (int i = 0; i < records; i++) {
        bad[i] = random.nextInt(6) == 0;
      }
      return new Log(sizes, bad);
    }

    List<Integer> allSamples() {
      List<Integer> all = new ArrayList<>();
      for (int offset = 0; offset < sizes.length; offset++) {
        for (int i = 0; !bad[offset] && i < sizes[offset]; i++) {
          all.add(offset * 100 + i);
        }
      }
      return all;
    }

    /** Returns the steps that checkpoints cover; a kill repeats the steps after the last one. */
    List<List<Integer>> steps(int batchSize, Random random, int kills) {
      List<List<Integer>> covered = new ArrayList<>();
      List<OffsetRange> ranges = new ArrayList<>();
      Position from = new Position(0, 1, 0, 0);
      int refusals = 0;
      for (int life = 0; life <= kills; life++) {
        TrainedRanges coverage = new TrainedRanges(List.of(PartitionStart.at(from)));
        StepAssembler assembler = new StepAssembler(batchSize, 1 << 20, coverage, arrival -> {});
        List<List<Integer>> uncovered = new ArrayList<>();
        int dies = life == kills ? Integer.MAX_VALUE : random.nextInt(20);
        long offset = from.offset();
        for (int steps = 0; steps <= dies; steps++) {
          while (!assembler.hasStep() && offset < sizes.length) {
            add(assembler, offset, offset == from.offset() ? from.sample() : 0);
            offset++;
          }
          if (assembler.pending() > 0) {
            uncovered.add(Records.numbers(assembler.next()));
            assembler.trained();
          }
          boolean end = assembler.pending() == 0 && offset == sizes.length;
          if (end || random.nextInt(3) == 0) {
            covered.addAll(uncovered);
            uncovered.clear();
            ranges.addAll(coverage.ranges());
            refusals += assembler.takeRefusals().size();
            coverage.cut();
            from = coverage.position(0);
          }
          if (end) {
            break;
          }
        }
      }
      verify(ranges, refusals);
      return covered;
    }

    private void add(StepAssembler assembler, long offset, int trained) {
      int record = (int) offset;
      if (bad[record]) {
        assembler.add(Records.refused(0, offset));
      } else {
        assembler.add(Records.samples(0, offset, trained, sizes[record], record * 100));
      }
    }

    private void verify(List<OffsetRange> ranges, int refusals) {
      long offset = 0;
      int sample = 0;
      for (OffsetRange range : ranges) {
        assertThat(range.getStartOffset()).isEqualTo(offset);
        assertThat(range.getStartSample()).isEqualTo(sample);
        offset = range.getEndOffset();
        sample = range.getEndSample();
      }
      assertThat(offset).isEqualTo(sizes.length);
      assertThat(sample).isZero();
      int expected = 0;
      for (boolean refused : bad) {
        expected += refused ? 1 : 0;
      }
      assertThat(refusals).isEqualTo(expected);
    }
  }
}
