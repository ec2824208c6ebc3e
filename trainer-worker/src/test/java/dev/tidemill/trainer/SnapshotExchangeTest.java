package dev.tidemill.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.PendingSnapshot;
import dev.tidemill.testbed.Eventually;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SnapshotExchangeTest {
  private final ModelState one = ModelState.allocate(LinearEngine.spec());
  private final ModelState other = ModelState.allocate(LinearEngine.spec());
  private final SnapshotExchange exchange = new SnapshotExchange(one, other);

  @Test
  void deliversSnapshotsInOrderAndReusesStates() throws Exception {
    assertThat(exchange.takeFree()).isSameAs(one);
    assertThat(exchange.takeFree()).isSameAs(other);
    exchange.submit(snapshot(one));
    exchange.submit(snapshot(other));
    exchange.end();
    assertThat(exchange.isDone()).isFalse();
    assertThat(exchange.next())
        .extracting(next -> ((Publishable.Snapshot) next).state())
        .isSameAs(one);
    exchange.recycle(snapshot(one));
    assertThat(exchange.takeFree()).isSameAs(one);
    assertThat(exchange.next())
        .extracting(next -> ((Publishable.Snapshot) next).state())
        .isSameAs(other);
    assertThat(exchange.isDrained()).isFalse();
    assertThat(exchange.isDone()).isTrue();
    assertThat(exchange.isDrained()).isTrue();
  }

  @Test
  void isNotDrainedAfterAbandon() {
    exchange.submit(snapshot(one));
    exchange.abandon();
    exchange.end();
    assertThat(exchange.isDone()).isTrue();
    assertThat(exchange.isDrained()).isFalse();
  }

  @Test
  void waitsForFreeStateUntilRecycledOrAbandoned() throws Exception {
    assertThat(exchange.takeFree()).isNotNull();
    assertThat(exchange.takeFree()).isNotNull();
    assertThat(exchange.isAwaited()).isFalse();
    CompletableFuture<Optional<ModelState>> waiting = CompletableFuture.supplyAsync(this::takeFree);
    Eventually.await().until(exchange::isAwaited);
    exchange.recycle(snapshot(other));
    assertThat(waiting.get(10, TimeUnit.SECONDS)).containsSame(other);
    assertThat(exchange.isAwaited()).isFalse();

    CompletableFuture<Optional<ModelState>> inVain = CompletableFuture.supplyAsync(this::takeFree);
    exchange.abandon();
    assertThat(inVain.get(10, TimeUnit.SECONDS)).isEmpty();
    assertThat(exchange.isDone()).isTrue();
    exchange.submit(snapshot(one));
    assertThat(exchange.next()).isNull();
  }

  private Optional<ModelState> takeFree() {
    try {
      return Optional.ofNullable(exchange.takeFree());
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Publishable.Snapshot snapshot(ModelState state) {
    return new Publishable.Snapshot(
        state,
        PendingSnapshot.DONE,
        List.of(),
        List.of(),
        List.of(),
        0,
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
}
