package dev.tidemill.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.testbed.ChildJvm;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.WithKafka;
import dev.tidemill.testbed.guarantee.BoundedMemory;
import dev.tidemill.testbed.guarantee.Verdict;
import dev.tidemill.testbed.history.MemorySample;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

@WithKafka
class TrainerMemoryIT {
  private static final Pattern HELD =
      Pattern.compile("tidemill_batches_held_bytes\\{[^}]*\\} (\\S+)");
  private static final int BUDGET = 1 << 20;

  private final KafkaCluster kafka;

  TrainerMemoryIT(KafkaCluster kafka) {
    this.kafka = kafka;
  }

  /** A new assignment clears the pauses of a consumer, and each epoch begins with one. */
  @Test
  void laterEpochsKeepToByteBudget() throws Exception {
    ModelTopics on = ModelTopics.create(kafka.bootstrapServers(), 2);
    int samples = 10_000;
    for (int partition = 0; partition < 2; partition++) {
      on.send(partition, partition, ModelTopics.sizes(60, samples));
    }
    AtomicReference<TestTrainer> running = new AtomicReference<>();
    long record = samples * (LinearEngine.FEATURES + 1L) * Float.BYTES;
    // The budget, and the at most 8 records of one poll.
    long bound = BUDGET + 9 * record - 1;
    List<MemorySample> measured = Collections.synchronizedList(new ArrayList<>());
    LinearEngine slow =
        new LinearEngine(
            step -> {
              TestTrainer trainer = running.get();
              if (trainer != null) {
                measured.add(
                    new MemorySample(
                        "tidemill_batches_held_bytes", Instant.now(), held(trainer), bound));
              }
              new Pace(10).accept(step);
            });
    String[] settings = {
      "trainer.epochs",
      "3",
      "trainer.queue.bytes",
      Integer.toString(BUDGET),
      "checkpoint.interval.samples",
      "1000000"
    };
    try (TestTrainer trainer =
        TestTrainer.start(
            on,
            LinearEngine.spec().withOverrides(Map.of("batch-size", Integer.toString(samples))),
            slow,
            settings)) {
      running.set(trainer);
      trainer.finished();
    }
    assertThat(on.newest().getSamples()).isEqualTo(3L * 2 * 60 * samples);
    Verdict.of(BoundedMemory.check(measured)).require();
  }

  private static long held(TestTrainer trainer) {
    Matcher held = HELD.matcher(trainer.metrics.scrape());
    return held.find() ? (long) Double.parseDouble(held.group(1)) : 0;
  }

  /** Regression: the trainer ran out of memory on every start, before it wrote a dead letter. */
  @Test
  void manyLargeRefusedRecordsFitInSmallHeap() throws Exception {
    ModelTopics on = ModelTopics.create(kafka.bootstrapServers(), 1);
    on.sendRefused(0, 60, 9 << 20);
    on.send(1, 0, 8);
    List<String> arguments =
        new ArrayList<>(
            List.of(kafka.bootstrapServers(), on.model, "0", "trainer.exit.at.end", "true"));
    try (ChildJvm trainer =
        ChildJvm.start(List.of("-Xmx384m"), TrainerProcess.class.getName(), arguments, Map.of())) {
      assertThat(trainer.awaitExit(Duration.ofMinutes(3)))
          .as("%s%n%s", trainer.out(), trainer.error())
          .isZero();
    }
    assertThat(on.deadLetters()).hasSize(60);
    assertThat(on.newest().getSamples()).isEqualTo(8);
    assertThat(on.newest().getRefusedRecords()).isEqualTo(60);
    assertThat(on.lineage().verify()).isEmpty();
  }
}
