package dev.tidemill.schemas.wire;

import java.time.Duration;
import java.util.Iterator;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Caches a registry's answers. Sends each question once, in the background, and retries while the
 * registry is unavailable. "Not found" is also an answer, cached for a minute. So is a rejection,
 * cached for ten seconds, so that callers that poll see it before it is asked again. Any thread.
 *
 * <p>Questions come from untrusted bytes, so everything is bounded: the cached answers, the waiting
 * questions, and how long a question is retried that no caller repeats.
 */
final class RegistryAnswers<K, V> {
  static final int MAX_KEPT = 1_000;
  static final int MAX_WAITING = 64;
  static final Duration NONE_KEPT = Duration.ofMinutes(1);
  static final Duration FAILURE_KEPT = Duration.ofSeconds(10);
  static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  static final Duration MAX_PAUSE = Duration.ofSeconds(10);

  /** Runs a task later, on another thread. */
  interface Scheduler {
    /** The JDK's timer. */
    Scheduler SYSTEM =
        (delay, task) -> {
          Executor later = CompletableFuture.delayedExecutor(delay.toNanos(), TimeUnit.NANOSECONDS);
          later.execute(task);
        };

    void after(Duration delay, Runnable task);
  }

  private static final class Answer<V> {
    private final CompletableFuture<V> value = new CompletableFuture<>();
    private volatile String lastFailure = "no answer yet";
    private volatile long askedNanos;
    private volatile long answeredNanos;
    private volatile Duration kept = FAILURE_KEPT;
  }

  private final Function<K, CompletableFuture<V>> question;
  private final RegistryAvailability availability;
  private final LongSupplier nanoTime;
  private final Scheduler scheduler;
  private final ConcurrentMap<K, Answer<V>> answers = new ConcurrentHashMap<>();
  private final Set<Answer<V>> waiting = ConcurrentHashMap.newKeySet();

  /**
   * @param question makes one attempt; {@link RegistryUnavailableException} asks for a retry
   */
  RegistryAnswers(
      Function<K, CompletableFuture<V>> question,
      RegistryAvailability availability,
      LongSupplier nanoTime,
      Scheduler scheduler) {
    this.question = question;
    this.availability = availability;
    this.nanoTime = nanoTime;
    this.scheduler = scheduler;
  }

  /**
   * Whether {@link #await} would return or fail for good without waiting. Asks the registry if
   * needed.
   */
  boolean isAnswered(K key) {
    return whyWaiting(key).isEmpty();
  }

  /** Why {@link #await} would wait: how the last attempt failed. Empty if it would not wait. */
  Optional<String> whyWaiting(K key) {
    Answer<V> answer = ask(key);
    return answer.value.isDone() ? Optional.empty() : Optional.of(answer.lastFailure);
  }

  /**
   * Waits for an answer.
   *
   * @throws RegistryUnavailableException if there is none in time; retries continue
   * @throws RuntimeException the failure of the question
   */
  V await(K key, Duration atMost) {
    Answer<V> answer = ask(key);
    try {
      return answer.value.get(atMost.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new RegistryUnavailableException(
          answer.lastFailure + " (waited " + atMost.toMillis() + " ms)", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RegistryUnavailableException("interrupted; " + answer.lastFailure, e);
    } catch (ExecutionException e) {
      throw failure(e.getCause());
    }
  }

  private static RuntimeException failure(@Nullable Throwable cause) {
    // A new exception for each caller: the cached one has the stack trace of another thread.
    if (cause instanceof MalformedBytesException) {
      return new MalformedBytesException(String.valueOf(cause.getMessage()), cause);
    }
    if (cause instanceof SchemaRejectedException) {
      return new SchemaRejectedException(String.valueOf(cause.getMessage()), cause);
    }
    return cause instanceof RuntimeException e ? e : new IllegalStateException(cause);
  }

  private Answer<V> ask(K key) {
    Answer<V> known = answers.get(key);
    if (known != null && !isStale(known)) {
      if (!known.value.isDone()) {
        known.askedNanos = nanoTime.getAsLong();
      }
      return known;
    }
    Answer<V> asked = new Answer<>();
    asked.askedNanos = nanoTime.getAsLong();
    synchronized (this) {
      known = answers.get(key);
      if (known != null && !isStale(known)) {
        return known;
      }
      if (waiting.size() >= MAX_WAITING) {
        asked.lastFailure = MAX_WAITING + " questions to the schema registry are already waiting";
        return asked;
      }
      if (answers.size() >= MAX_KEPT) {
        evictOne();
      }
      answers.put(key, asked);
      waiting.add(asked);
    }
    attempt(key, asked, FIRST_PAUSE);
    return asked;
  }

  private boolean isStale(Answer<V> answer) {
    return answer.value.isCompletedExceptionally()
        && nanoTime.getAsLong() - answer.answeredNanos > answer.kept.toNanos();
  }

  /** Evicts "not found" answers first, so that invented ids do not evict real answers. */
  private void evictOne() {
    if (!removeOne(true)) {
      removeOne(false);
    }
  }

  private boolean removeOne(boolean failed) {
    for (Iterator<Answer<V>> all = answers.values().iterator(); all.hasNext(); ) {
      Answer<V> answer = all.next();
      if (answer.value.isDone() && answer.value.isCompletedExceptionally() == failed) {
        all.remove();
        return true;
      }
    }
    return false;
  }

  private void attempt(K key, Answer<V> answer, Duration pause) {
    var unused =
        question
            .apply(key)
            .whenComplete(
                (value, failure) -> {
                  if (failure == null) {
                    settled(answer);
                    answer.value.complete(value);
                  } else if (cause(failure) instanceof RegistryUnavailableException e) {
                    failed(key, answer, pause, String.valueOf(e.getMessage()));
                  } else {
                    refused(answer, cause(failure));
                  }
                });
  }

  private void failed(K key, Answer<V> answer, Duration pause, String why) {
    answer.lastFailure = why;
    if (pause.compareTo(FIRST_PAUSE) > 0) {
      // A single failed attempt is not worth reporting.
      availability.failed(answer, why);
    }
    scheduler.after(pause, () -> retry(key, answer, pause));
  }

  private void refused(Answer<V> answer, Throwable cause) {
    answer.answeredNanos = nanoTime.getAsLong();
    if (cause instanceof MalformedBytesException) {
      answer.kept = NONE_KEPT;
    }
    settled(answer);
    answer.value.completeExceptionally(cause);
  }

  private void retry(K key, Answer<V> answer, Duration pause) {
    if (nanoTime.getAsLong() - answer.askedNanos > NONE_KEPT.toNanos()) {
      answers.remove(key, answer);
      settled(answer);
      return;
    }
    Duration longer = pause.multipliedBy(2);
    attempt(key, answer, longer.compareTo(MAX_PAUSE) < 0 ? longer : MAX_PAUSE);
  }

  private void settled(Answer<V> answer) {
    waiting.remove(answer);
    availability.settled(answer);
  }

  private static Throwable cause(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }
}
