package dev.tidemill.schemas.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class RegistryAnswersTest implements RegistryListener {
  private static final Duration NO_WAIT = Duration.ZERO;

  private final List<Integer> asked = new ArrayList<>();
  private final List<String> events = new ArrayList<>();
  private final List<Duration> pauses = new ArrayList<>();
  private final Queue<Runnable> scheduled = new ArrayDeque<>();
  private final RegistryAvailability availability = new RegistryAvailability();
  private @Nullable CompletableFuture<Integer> late;
  private boolean down;
  private long nanos;

  /** Odd ids are unknown; the answer to an even id is half of it. */
  private final RegistryAnswers<Integer, Integer> answers =
      new RegistryAnswers<>(
          this::answer,
          availability,
          () -> nanos,
          (pause, task) -> {
            pauses.add(pause);
            scheduled.add(task);
          });

  RegistryAnswersTest() {
    availability.addListener(this);
  }

  private CompletableFuture<Integer> answer(int id) {
    asked.add(id);
    if (late != null) {
      return late;
    }
    if (down) {
      return CompletableFuture.failedFuture(new RegistryUnavailableException("down", null));
    }
    return id % 2 == 0
        ? CompletableFuture.completedFuture(id / 2)
        : CompletableFuture.failedFuture(new MalformedBytesException("no " + id));
  }

  @Override
  public void unavailable(String why) {
    events.add(why);
  }

  @Override
  public void available() {
    events.add("available");
  }

  @Test
  void asksOnlyOnceForKnownIds() {
    assertThat(answers.await(8, NO_WAIT)).isEqualTo(4);
    pass(Duration.ofDays(100));
    assertThat(answers.await(8, NO_WAIT)).isEqualTo(4);
    assertThat(asked).containsExactly(8);
  }

  @Test
  void cachesNotFoundForAMinute() {
    unknown(7);
    pass(Duration.ofSeconds(59));
    unknown(7);
    assertThat(asked).containsExactly(7);
    pass(Duration.ofSeconds(2));
    unknown(7);
    assertThat(asked).containsExactly(7, 7);
  }

  /** Regression: a caller that polls saw "no answer yet" forever, and asked again each time. */
  @Test
  void cachesARejectionSoThatCallersSeeIt() {
    late = new CompletableFuture<>();
    assertThat(answers.whyWaiting(2)).contains("no answer yet");
    late.completeExceptionally(new SchemaRejectedException("a field was removed"));
    late = null;

    assertThat(answers.whyWaiting(2)).isEmpty();
    assertThatThrownBy(() -> answers.await(2, NO_WAIT))
        .isInstanceOf(SchemaRejectedException.class)
        .hasMessage("a field was removed");
    pass(RegistryAnswers.FAILURE_KEPT);
    assertThat(answers.whyWaiting(2)).isEmpty();
    assertThat(asked).containsExactly(2);

    pass(Duration.ofSeconds(1));
    assertThat(answers.await(2, NO_WAIT)).as("the registry now accepts it").isEqualTo(1);
    assertThat(asked).containsExactly(2, 2);
  }

  @Test
  void retriesWithGrowingPausesWhileTheRegistryIsDown() {
    down = true;
    for (int i = 0; i < 10; i++) {
      assertThat(answers.isAnswered(2)).isFalse();
      scheduled.remove().run();
    }
    assertThat(pauses.stream().map(Duration::toMillis))
        .containsExactly(
            100L, 200L, 400L, 800L, 1600L, 3200L, 6400L, 10000L, 10000L, 10000L, 10000L);

    down = false;
    scheduled.remove().run();
    assertThat(answers.isAnswered(2)).isTrue();
    assertThat(answers.await(2, NO_WAIT)).isEqualTo(1);
    assertThat(asked).hasSize(12).containsOnly(2);
  }

  @Test
  void reportsOutageAfterFirstRetryAndItsEndWhenNothingWaits() {
    down = true;
    answers.isAnswered(2);
    answers.isAnswered(4);
    assertThat(events).isEmpty();
    scheduled.remove().run();
    scheduled.remove().run();
    assertThat(events).containsExactly("down", "down");

    down = false;
    scheduled.remove().run();
    assertThat(events).containsExactly("down", "down");
    scheduled.remove().run();
    assertThat(events).containsExactly("down", "down", "available");
  }

  @Test
  void timeoutDuringOutageIsNotCached() {
    down = true;
    assertThatThrownBy(() -> answers.await(2, NO_WAIT))
        .isInstanceOf(RegistryUnavailableException.class)
        .hasMessage("down (waited 0 ms)");
    down = false;
    scheduled.remove().run();
    assertThat(answers.await(2, NO_WAIT)).isEqualTo(1);
  }

  @Test
  void stopsRetryingAbandonedQuestions() {
    down = true;
    answers.isAnswered(2);
    scheduled.remove().run();
    pass(Duration.ofSeconds(61));
    scheduled.remove().run();
    assertThat(scheduled).isEmpty();
    assertThat(asked).hasSize(2);
    assertThat(events).containsExactly("down", "available");
  }

  @Test
  void inventedIdsDoNotEvictRealAnswers() {
    answers.await(2, NO_WAIT);
    for (int id = 1; id < 4 * RegistryAnswers.MAX_KEPT; id += 2) {
      unknown(id);
    }
    asked.clear();
    answers.await(2, NO_WAIT);
    assertThat(asked).isEmpty();
  }

  @Test
  void limitsCachedAnswers() {
    for (int id = 2; id <= 4 * RegistryAnswers.MAX_KEPT; id += 2) {
      answers.await(id, NO_WAIT);
    }
    asked.clear();
    for (int id = 2; id <= 4 * RegistryAnswers.MAX_KEPT; id += 2) {
      answers.await(id, NO_WAIT);
    }
    assertThat(asked).hasSizeGreaterThanOrEqualTo(RegistryAnswers.MAX_KEPT);
  }

  @Test
  void limitsWaitingQuestions() {
    down = true;
    for (int id = 2; id <= 1000; id += 2) {
      assertThat(answers.isAnswered(id)).isFalse();
    }
    assertThat(asked).hasSize(RegistryAnswers.MAX_WAITING);
    assertThatThrownBy(() -> answers.await(1000, NO_WAIT))
        .hasMessageStartingWith("64 questions to the schema registry are already waiting");

    down = false;
    while (!scheduled.isEmpty()) {
      scheduled.remove().run();
    }
    assertThat(answers.await(1000, NO_WAIT)).isEqualTo(500);
  }

  private void unknown(int id) {
    assertThatThrownBy(() -> answers.await(id, NO_WAIT))
        .isInstanceOf(MalformedBytesException.class)
        .hasMessage("no " + id);
  }

  private void pass(Duration time) {
    nanos += time.toNanos();
  }
}
