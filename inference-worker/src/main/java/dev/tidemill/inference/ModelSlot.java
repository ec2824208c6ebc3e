package dev.tidemill.inference;

import dev.tidemill.checkpoints.CheckpointReader;
import dev.tidemill.engine.Engine;
import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.Network;
import dev.tidemill.engine.SampleCheck;
import dev.tidemill.engine.ServableModel;
import dev.tidemill.schemas.Checkpoint;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One of the two places for a loaded version. Memory is taken for the first version of a spec and
 * used again by the later ones. All but {@link #tryLock} and {@link #unlock} is for who holds it.
 */
final class ModelSlot {

  /** A spec's memory: its state, the model that the engine made of it, and its check. */
  private record Place(
      String spec, ModelState state, ServableModel model, Network network, SampleCheck check) {}

  /** A version in its place. */
  record Loaded(
      long version,
      long createdAtMillis,
      Network network,
      SampleCheck check,
      ServableModel model) {}

  private final ReentrantLock held = new ReentrantLock();
  private @Nullable Place place;
  private @Nullable Loaded loaded;

  boolean tryLock() {
    return held.tryLock();
  }

  void lock() {
    held.lock();
  }

  void unlock() {
    held.unlock();
  }

  Loaded loaded() {
    Loaded there = loaded;
    if (there == null) {
      throw new IllegalStateException("the slot is empty");
    }
    return there;
  }

  /**
   * Reads a version into this slot and tries it; after a failure the slot is empty.
   *
   * @throws dev.tidemill.checkpoints.CorruptCheckpointException if its bytes are not what they
   *     should be
   * @throws UnservableVersionException if they are, and the engine cannot answer with them
   */
  void load(Checkpoint manifest, CheckpointReader reader, Engine engine, int maxBatchSize) {
    loaded = null;
    Place there = place;
    boolean fits = there != null && there.spec().equals(manifest.getSpec());
    if (there == null || !fits) {
      close();
      ModelState state = reader.read(manifest);
      there = tried(manifest, () -> place(manifest.getSpec(), state, engine, maxBatchSize));
      place = there;
    } else {
      reader.readInto(manifest, there.state());
    }
    loaded = tried(manifest, swapped(manifest, there));
  }

  private static Supplier<Loaded> swapped(Checkpoint manifest, Place place) {
    return () -> {
      place.model().swap(place.state());
      WarmUp.run(place.model(), place.network(), manifest.getVersion());
      return new Loaded(
          manifest.getVersion(),
          manifest.getCreatedAt().toEpochMilli(),
          place.network(),
          place.check(),
          place.model());
    };
  }

  private static <T> T tried(Checkpoint manifest, Supplier<T> engineWork) {
    try {
      return engineWork.get();
    } catch (UnservableVersionException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new UnservableVersionException(manifest.getVersion(), e);
    }
  }

  private static Place place(String spec, ModelState state, Engine engine, int maxBatchSize) {
    Network network = Network.of(state.spec());
    return new Place(
        spec, state, engine.load(state, maxBatchSize), network, new SampleCheck(network));
  }

  void close() {
    loaded = null;
    Place there = place;
    place = null;
    if (there != null) {
      there.model().close();
    }
  }
}
