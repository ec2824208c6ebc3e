package dev.tidemill.inference;

import static dev.tidemill.testbed.Eventually.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.WithKafka;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Models that take longer than a group waits for its members. */
@WithKafka
class SlowModelIT {
  private static final Map<String, String> IMPATIENT =
      Map.of("max.poll.interval.ms", "3000", "session.timeout.ms", "6000");

  private final LinearEngine engine = new LinearEngine();
  private Lab lab;

  @BeforeEach
  void makeTopics(KafkaCluster kafka) throws Exception {
    lab = Lab.create(kafka.bootstrapServers());
    lab.publish(1);
  }

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  void commitsABacklogThatTakesLongerThanThePollInterval() throws Exception {
    for (int i = 0; i < 100; i++) {
      lab.ask(i);
    }
    try (InferenceWorker worker = lab.worker("w", engine, IMPATIENT)) {
      worker.start();
      await().until(() -> worker.servingVersion().isPresent());
      CountDownLatch never = new CountDownLatch(1);
      engine.beforePredict = size -> takes(size * 200L, never);
      await().until(() -> !lab.predictions().isEmpty());
      assertThat(lab.predictions().size()).as("long before all are computed").isLessThan(100);
      await().until(() -> lab.predictions().size() >= 100);
    }
    lab.assertEachIsAnsweredOnce(100);
  }

  @Test
  void handsPartitionsOverWhileOneCallOfTheEngineTakesLong() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    CountDownLatch computing = new CountDownLatch(1);
    try (InferenceWorker slow = lab.worker("slow", engine, IMPATIENT)) {
      slow.start();
      await().until(() -> slow.servingVersion().isPresent());
      engine.beforePredict =
          size -> {
            computing.countDown();
            waitFor(goOn);
          };
      for (int i = 0; i < 16; i++) {
        lab.ask(i);
      }
      computing.await();
      try (InferenceWorker other = lab.worker("other", new LinearEngine(), IMPATIENT)) {
        other.start();
        // Two of the four partitions are its own now.
        await().until(() -> lab.predictions().size() >= 8);
        assertThat(lab.predictions()).allMatch(answer -> answer.getWorker().equals("other"));
        goOn.countDown();
        await().until(() -> lab.predictions().size() >= 16);
        assertThat(lab.predictions()).anyMatch(answer -> answer.getWorker().equals("slow"));
        assertThat(slow.health().isAlive()).isTrue();
      }
    }
    lab.assertEachIsAnsweredOnce(16);
  }

  private static void takes(long millis, CountDownLatch never) {
    try {
      boolean unused = never.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void waitFor(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
