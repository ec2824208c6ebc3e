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

/** Models that compute for longer than the group waits for its members. */
@WithKafka
class SlowModelIT {
  private static final Map<String, String> SHORT_POLL_INTERVAL =
      Map.of("max.poll.interval.ms", "3000", "session.timeout.ms", "6000");

  private final LinearEngine engine = new LinearEngine();
  private ServingFixture fixture;

  @BeforeEach
  void makeTopics(KafkaCluster kafka) throws Exception {
    fixture = ServingFixture.create(kafka.bootstrapServers());
    fixture.publish(1);
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void commitsABacklogThatTakesLongerThanThePollInterval() throws Exception {
    for (int i = 0; i < 100; i++) {
      fixture.ask(i);
    }
    try (InferenceWorker worker = fixture.worker("w", engine, SHORT_POLL_INTERVAL)) {
      worker.start();
      await().until(() -> worker.servingVersion().isPresent());
      CountDownLatch never = new CountDownLatch(1);
      engine.beforePredict = size -> computeFor(size * 200L, never);
      await().until(() -> !fixture.predictions().isEmpty());
      assertThat(fixture.predictions().size()).as("before all are computed").isLessThan(100);
      await().until(() -> fixture.predictions().size() >= 100);
    }
    fixture.assertEachIsAnsweredOnce(100);
  }

  @Test
  void handsPartitionsOverDuringALongComputation() throws Exception {
    CountDownLatch mayEnd = new CountDownLatch(1);
    CountDownLatch computing = new CountDownLatch(1);
    try (InferenceWorker slow = fixture.worker("slow", engine, SHORT_POLL_INTERVAL)) {
      slow.start();
      await().until(() -> slow.servingVersion().isPresent());
      engine.beforePredict =
          size -> {
            computing.countDown();
            waitFor(mayEnd);
          };
      for (int i = 0; i < 16; i++) {
        fixture.ask(i);
      }
      computing.await();
      try (InferenceWorker other =
          fixture.worker("other", new LinearEngine(), SHORT_POLL_INTERVAL)) {
        other.start();
        // It owns two of the four partitions now.
        await().until(() -> fixture.predictions().size() >= 8);
        assertThat(fixture.predictions()).allMatch(answer -> answer.getWorker().equals("other"));
        mayEnd.countDown();
        await().until(() -> fixture.predictions().size() >= 16);
        assertThat(fixture.predictions()).anyMatch(answer -> answer.getWorker().equals("slow"));
        assertThat(slow.health().isAlive()).isTrue();
      }
    }
    fixture.assertEachIsAnsweredOnce(16);
  }

  private static void computeFor(long millis, CountDownLatch never) {
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
