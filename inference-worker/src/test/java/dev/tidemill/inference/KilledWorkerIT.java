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

/** What callers see when workers die, come and go while requests arrive all the time. */
@WithKafka
class KilledWorkerIT {
  private Lab lab;
  private final AtomicBoolean asking = new AtomicBoolean(true);
  private final AtomicInteger asked = new AtomicInteger();

  @BeforeEach
  void makeTopics(KafkaCluster kafka) throws Exception {
    lab = Lab.create(kafka.bootstrapServers());
    lab.publish(1);
  }

  @AfterEach
  void close() {
    asking.set(false);
    lab.close();
  }

  @Test
  void aKilledWorkersRequestsAreAnsweredOnceByItsSuccessor() throws Exception {
    Thread caller = startAsking();
    try (ChildJvm first = child("w")) {
      await().until(() -> lab.predictions().size() > 500);
      first.kill();
    }
    // Under the same name: it ends what the killed one left open, and answers the rest.
    try (ChildJvm second = child("w")) {
      int before = lab.predictions().size();
      await().until(() -> lab.predictions().size() > before + 500);
      lab.publish(2);
      stopAsking(caller);
      awaitAnAnswerToEach(asked.get());
      second.interrupt();
      second.awaitExit(Duration.ofMinutes(1));
    }
    lab.assertEachIsAnsweredOnce(asked.get());
  }

  @Test
  void aKilledWorkersRequestsAreAnsweredOnceByTheOtherOne() throws Exception {
    try (ChildJvm survivor = child("survivor");
        ChildJvm killed = child("killed")) {
      await().until(() -> isAskedAnd(() -> isAnsweredBy("survivor") && isAnsweredBy("killed")));
      Thread caller = startAsking();
      awaitMoreAsked(200);
      killed.kill();
      awaitMoreAsked(200);
      stopAsking(caller);
      awaitAnAnswerToEach(asked.get());
      assertThat(survivor.isAlive()).isTrue();
    }
    lab.assertEachIsAnsweredOnce(asked.get());
  }

  @Test
  void noAnswerWaitsForTheTimeOutOfAKilledWorkersTransaction() throws Exception {
    try (ChildJvm survivor = child("survivor")) {
      await().until(() -> isAskedAnd(() -> isAnsweredBy("survivor")));
      // Answers and never commits; its transactions time out long after this test gives up.
      try (ChildJvm killed =
          ChildJvm.start(
              GatedServing.class.getName(),
              List.of(lab.bootstrapServers, lab.model, "killed"),
              Map.of())) {
        await().until(() -> isAskedAnd(() -> isOpenFor("killed")));
        killed.kill();
      }
      awaitAnAnswerToEach(asked.get());
      assertThat(survivor.isAlive()).isTrue();
    }
    assertThat(isAnsweredBy("killed")).isFalse();
    lab.assertEachIsAnsweredOnce(asked.get());
  }

  @Test
  void workersThatComeAndGoShareTheRequestsWithoutDoublingAny() throws Exception {
    Thread caller = startAsking();
    try (InferenceWorker first = lab.worker("first", new LinearEngine())) {
      first.start();
      await().until(() -> isAnsweredBy("first"));
      try (InferenceWorker second = lab.worker("second", new LinearEngine())) {
        second.start();
        await().until(() -> isAnsweredBy("second"));
      }
      int before = lab.predictions().size();
      await().until(() -> lab.predictions().size() > before + 500);
      stopAsking(caller);
      awaitAnAnswerToEach(asked.get());
      assertThat(first.health().isReady()).isTrue();
    }
    lab.assertEachIsAnsweredOnce(asked.get());
  }

  @Test
  void endsTheOlderOfTwoWorkersWithOneName() throws Exception {
    Thread caller = startAsking();
    try (InferenceWorker older = lab.worker("twin", new LinearEngine());
        InferenceWorker newer = lab.worker("twin", new LinearEngine())) {
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
    lab.assertEachIsAnsweredOnce(asked.get());
  }

  @Test
  void atLeastOnceAnswersEachAsWell() throws Exception {
    Thread caller = startAsking();
    try (InferenceWorker worker =
        lab.worker("w", new LinearEngine(), ProcessingGuarantee.AT_LEAST_ONCE)) {
      worker.start();
      await().until(() -> lab.predictions().size() > 500);
      stopAsking(caller);
      awaitAnAnswerToEach(asked.get());
    }
    lab.assertEachIsAnsweredOnce(asked.get());
  }

  private ChildJvm child(String name) {
    return ChildJvm.start(
        ChildWorker.class.getName(), List.of(lab.bootstrapServers, lab.model, name), Map.of());
  }

  private Thread startAsking() {
    Thread caller =
        new Thread(
            () -> {
              try {
                while (asking.get()) {
                  lab.ask(asked.get());
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

  /** Asks once in each partition before it looks. */
  private boolean isAskedAnd(BooleanSupplier condition) throws Exception {
    for (int partition = 0; partition < Lab.PARTITIONS; partition++) {
      lab.ask(asked.getAndIncrement());
    }
    return condition.getAsBoolean();
  }

  private void stopAsking(Thread caller) throws InterruptedException {
    asking.set(false);
    caller.join();
  }

  private boolean isAnsweredBy(String worker) {
    return lab.predictions().stream().anyMatch(answer -> answer.getWorker().equals(worker));
  }

  private boolean isOpenFor(String worker) {
    return TopicReader.uncommitted(lab.bootstrapServers, lab.topics.predictions()).stream()
        .anyMatch(record -> lab.codec.decode(record, Prediction.class).getWorker().equals(worker));
  }

  private void awaitAnAnswerToEach(int requests) {
    await()
        .until(
            () -> lab.predictions().stream().map(Prediction::getRequestId).distinct().count(),
            answered -> answered == requests);
  }
}
