package dev.tidemill.trainer;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.PendingSnapshot;
import dev.tidemill.testbed.twin.BrokenTwin;
import dev.tidemill.testbed.twin.Mutation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jetbrains.lincheck.Lincheck;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SnapshotExchangeInterleavingTest {
  private static final int INVOCATIONS = 300;
  static final ModelState ONE = ModelState.allocate(LinearEngine.spec());
  static final ModelState OTHER = ModelState.allocate(LinearEngine.spec());

  @Test
  void publishesAllInOrder() {
    Lincheck.runConcurrentTest(INVOCATIONS, shortWaits().run(EndedTerm.class));
  }

  @Test
  void discardsTheRestWhenAbandoned() {
    Lincheck.runConcurrentTest(
        INVOCATIONS, shortWaits().usedBy(EndedTerm.class).run(AbandonedTerm.class));
  }

  @Test
  void losesTheLastSnapshotIfTheQueueIsAskedBeforeTheEnd() {
    Runnable term = shortWaits().mutate("isDone", Mutation.readLater("ended")).run(EndedTerm.class);
    assertThatThrownBy(() -> Lincheck.runConcurrentTest(INVOCATIONS, term))
        .isInstanceOf(LincheckAssertionError.class)
        .hasMessageContaining(" of 3 versions");
  }

  private static BrokenTwin shortWaits() {
    return BrokenTwin.of(SnapshotExchange.class)
        .mutate("takeFree", Mutation.instantPolls())
        .mutate("next", Mutation.instantPolls());
  }

  static Publishable.Snapshot snapshot(ModelState state, int number) {
    return new Publishable.Snapshot(
        state,
        PendingSnapshot.DONE,
        List.of(),
        List.of(),
        List.of(),
        number,
        MetricSums.NONE,
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        null,
        1,
        TrainedSpans.OfVersion.NONE,
        Instant.EPOCH);
  }

  /** A term that trains three versions and ends. */
  static class EndedTerm implements Runnable {
    static final int VERSIONS = 3;

    @Override
    public void run() {
      SnapshotExchange exchange = new SnapshotExchange(ONE, OTHER);
      AtomicReference<@Nullable ModelState> training = new AtomicReference<>();
      List<Long> published = new ArrayList<>();
      Thread publisher = new Thread(() -> publish(exchange, training, published));
      publisher.start();
      try {
        for (int version = 1; version <= VERSIONS; version++) {
          ModelState state = Objects.requireNonNull(exchange.takeFree());
          training.set(state);
          training.set(null);
          exchange.submit(snapshot(state, version));
        }
        exchange.end();
        publisher.join();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      if (!published.equals(List.of(1L, 2L, 3L)) || !exchange.isDrained()) {
        throw new IllegalStateException("published " + published + " of " + VERSIONS + " versions");
      }
    }

    static void publish(
        SnapshotExchange exchange,
        AtomicReference<@Nullable ModelState> training,
        List<Long> published) {
      try {
        boolean more = true;
        while (more) {
          Publishable next = exchange.next();
          if (next instanceof Publishable.Snapshot snapshot) {
            published.add(snapshot.refusedRecords());
            if (training.get() == snapshot.state()) {
              published.add(-1L); // Training fills a state that is being published.
            }
            exchange.recycle(snapshot);
          }
          more = !exchange.isDone();
        }
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** A term that is abandoned while it trains two versions. */
  static class AbandonedTerm implements Runnable {
    static final int VERSIONS = 2;

    @Override
    public void run() {
      SnapshotExchange exchange = new SnapshotExchange(ONE, OTHER);
      List<Long> published = new ArrayList<>();
      Thread publisher =
          new Thread(() -> EndedTerm.publish(exchange, new AtomicReference<>(), published));
      Thread leader = new Thread(exchange::abandon);
      publisher.start();
      leader.start();
      try {
        for (int version = 1; version <= VERSIONS; version++) {
          @Nullable ModelState state = exchange.takeFree();
          if (state != null) {
            exchange.submit(snapshot(state, version));
          }
        }
        exchange.end();
        publisher.join();
        leader.join();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      if (!List.of(1L, 2L).subList(0, published.size()).equals(published)) {
        throw new IllegalStateException("published " + published);
      }
      if (exchange.isDrained() && published.size() < VERSIONS) {
        throw new IllegalStateException("says that all is published, but " + published);
      }
    }
  }
}
