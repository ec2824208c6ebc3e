package dev.tidemill.inference;

import static dev.tidemill.testbed.Eventually.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.schemas.Prediction;
import dev.tidemill.testbed.ChildJvm;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.TopicReader;
import dev.tidemill.testbed.WithKafka;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What callers see when workers are killed, start and stop while requests keep arriving. */
@WithKafka
class KilledWorkerIT {
  private ServingFixture fixture;
  private final AtomicBoolean asking = new AtomicBoolean(true);
  private final AtomicInteger asked = new AtomicInteger();

  @BeforeEach
  void makeTopics(KafkaCluster kafka) throws Exception {
    fixture = ServingFixture.create(kafka.bootstrapServers());
    fixture.publish(1);
  }

  @AfterEach
  void close() {
    asking.set(false);
    fixture.close();
  }

  @Test
  void successorAnswersAKilledWorkersRequestsOnce() throws Exception {
    Thread caller = startAsking();
    try (ChildJvm first = child("w")) {
      await().until(() -> fixture.predictions().size() > 500);
      first.kill();
    }
    // With the same name, it ends what the killed one left open, and answers the rest.
    try (ChildJvm second = child("w")) {
      int before = fixture.predictions().size();
      await().until(() -> fixture.predictions().size() > before + 500);
      fixture.publish(2);
      stopAsking(caller);
      awaitAnAnswerToEach(asked.get());
      second.interrupt();
      second.awaitExit(Duration.ofMinutes(1));
    }
    fixture.assertEachIsAnsweredOnce(asked.get());
  }

  @Test
  void survivorAnswersAKilledWorkersRequestsOnce() throws Exception {
    try (ChildJvm survivor = child("survivor");
        ChildJvm killed = child("killed")) {
      await().until(() -> askAndCheck(() -> isAnsweredBy("survivor") && isAnsweredBy("killed")));
      Thread caller = startAsking();
      awaitMoreAsked(200);
      killed.kill();
      awaitMoreAsked(200);
      stopAsking(caller);
      awaitAnAnswerToEach(asked.get());
      assertThat(survivor.isAlive()).isTrue();
    }
    fixture.assertEachIsAnsweredOnce(asked.get());
  }

  @Test
  void answersBeforeAKilledWorkersTransactionTimesOut() throws Exception {
    try (ChildJvm survivor = child("survivor")) {
      await().until(() -> askAndCheck(() -> isAnsweredBy("survivor")));
      // It answers but never commits; its transactions outlast this test.
      try (ChildJvm killed =
          ChildJvm.start(
              GatedServing.class.getName(),
              List.of(fixture.bootstrapServers, fixture.model, "killed"),
              Map.of())) {
        await().until(() -> askAndCheck(() -> isOpenFor("killed")));
        killed.kill();
      }
      awaitAnAnswerToEach(asked.get());
      assertThat(survivor.isAlive()).isTrue();
    }
    assertThat(isAnsweredBy("killed")).isFalse();
    fixture.assertEachIsAnsweredOnce(asked.get());
  }

  @Test
  void answersEachRequestOnceWhileWorkersJoinAndLeave() throws Exception {
    Thread caller = startAsking();
    try (InferenceWorker first = fixture.worker("first", new LinearEngine())) {
      first.start();
      await().until(() -> isAnsweredBy("first"));
      try (InferenceWorker second = fixture.worker("second", new LinearEngine())) {
        second.start();
        await().until(() -> isAnsweredBy("second"));
      }
      int before = fixture.predictions().size();
      await().until(() -> fixture.predictions().size() > before + 500);
      stopAsking(caller);
      awaitAnAnswerToEach(asked.get());
      assertThat(first.health().isReady()).isTrue();
    }
    fixture.assertEachIsAnsweredOnce(asked.get());
  }

  @Test
  void endsTheOlderOfTwoWorkersWithTheSameName() throws Exception {
    Thread caller = startAsking();
    try (InferenceWorker older = fixture.worker("twin", new LinearEngine());
        InferenceWorker newer = fixture.worker("twin", new LinearEngine())) {
      older.start();
      await().until(() -> isAnsweredBy("twin"));
      newer.start();
      await().until(() -> !older.health().isAlive() || !newer.health().isAlive());
      assertThat(newer.health().isAlive()).isTrue();
      assertThat(older.health().detail())
          .contains("another inference worker named twin has taken over");
      stopAsking(caller);
      awaitAnAnswerToEach(asked.get());
    }
    fixture.assertEachIsAnsweredOnce(asked.get());
  }

  @Test
  void answersEachRequestWithAtLeastOnce() throws Exception {
    Thread caller = startAsking();
    try (InferenceWorker worker =
        fixture.worker("w", new LinearEngine(), ProcessingGuarantee.AT_LEAST_ONCE)) {
      worker.start();
      await().until(() -> fixture.predictions().size() > 500);
      stopAsking(caller);
      awaitAnAnswerToEach(asked.get());
    }
    fixture.assertEachIsAnsweredOnce(asked.get());
  }

  private ChildJvm child(String name) {
    return ChildJvm.start(
        ChildWorker.class.getName(),
        List.of(fixture.bootstrapServers, fixture.model, name),
        Map.of());
  }

  private Thread startAsking() {
    Thread caller =
        new Thread(
            () -> {
              try {
                while (asking.get()) {
                  fixture.ask(asked.get());
                  asked.incrementAndGet();
                }
              } catch (Exception e) {
                throw new IllegalStateException("asking failed", e);
              }
            },
            "caller");
    caller.start();
    return caller;
  }

  private void awaitMoreAsked(int requests) {
    int before = asked.get();
    await().until(() -> asked.get() >= before + requests);
  }

  /** Sends a request to each partition, then checks the condition. */
  private boolean askAndCheck(BooleanSupplier condition) throws Exception {
    for (int partition = 0; partition < ServingFixture.PARTITIONS; partition++) {
      fixture.ask(asked.getAndIncrement());
    }
    return condition.getAsBoolean();
  }

  private void stopAsking(Thread caller) throws InterruptedException {
    asking.set(false);
    caller.join();
  }

  private boolean isAnsweredBy(String worker) {
    return fixture.predictions().stream().anyMatch(answer -> answer.getWorker().equals(worker));
  }

  private boolean isOpenFor(String worker) {
    return TopicReader.uncommitted(fixture.bootstrapServers, fixture.topics.predictions()).stream()
        .anyMatch(
            record -> fixture.codec.decode(record, Prediction.class).getWorker().equals(worker));
  }

  private void awaitAnAnswerToEach(int requests) {
    await()
        .until(
            () -> fixture.predictions().stream().map(Prediction::getRequestId).distinct().count(),
            answered -> answered == requests);
  }
}
