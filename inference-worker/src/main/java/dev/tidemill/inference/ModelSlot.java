package dev.tidemill.inference;

import dev.tidemill.checkpoints.CheckpointReader;
import dev.tidemill.engine.Engine;
import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.Network;
import dev.tidemill.engine.SampleCheck;
import dev.tidemill.engine.ServableModel;
import dev.tidemill.schemas.Checkpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One of the two places for a loaded version. Memory is taken for the first version of a spec and
 * used again by the later ones; the parameters are there once, whatever the number of threads that
 * serve. {@link ModelSlots} says who may touch it.
 */
final class ModelSlot {

  /** A spec's memory: its state, and what each serving thread computes with. */
  private record Place(String spec, ModelState state, Network network, List<Seat> seats) {}

  /** What one serving thread computes with: neither is for two threads at a time. */
  private record Seat(ServableModel model, SampleCheck check) {}

  /** A version in its place, for one thread. */
  record Loaded(
      long version,
      long createdAtMillis,
      Network network,
      SampleCheck check,
      ServableModel model) {}

  private final int threads;
  private @Nullable Place place;
  private List<Loaded> loaded = List.of();

  /**
   * An empty one.
   *
   * @param threads that serve
   */
  ModelSlot(int threads) {
    this.threads = threads;
  }

  /** The version, for the serving thread of a number. */
  Loaded loaded(int thread) {
    return loaded.get(thread);
  }

  /**
   * Reads a version into this slot and tries it; after a failure the slot is empty.
   *
   * @throws dev.tidemill.checkpoints.CorruptCheckpointException if its bytes are not what they
   *     should be
   * @throws UnservableVersionException if they are, and the engine cannot answer with them
   */
  void load(Checkpoint manifest, CheckpointReader reader, Engine engine, int maxBatchSize) {
    loaded = List.of();
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

  private static Supplier<List<Loaded>> swapped(Checkpoint manifest, Place place) {
    return () -> {
      long version = manifest.getVersion();
      place.seats().get(0).model().swap(place.state());
      List<Loaded> swapped = new ArrayList<>();
      for (Seat seat : place.seats()) {
        WarmUp.run(seat.model(), place.network(), version);
        long createdAt = manifest.getCreatedAt().toEpochMilli();
        swapped.add(new Loaded(version, createdAt, place.network(), seat.check(), seat.model()));
      }
      return swapped;
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

  private Place place(String spec, ModelState state, Engine engine, int maxBatchSize) {
    Network network = Network.of(state.spec());
    ServableModel model = engine.load(state, maxBatchSize);
    List<Seat> seats = new ArrayList<>();
    seats.add(new Seat(model, new SampleCheck(network)));
    while (seats.size() < threads) {
      seats.add(new Seat(model.share(), new SampleCheck(network)));
    }
    return new Place(spec, state, network, seats);
  }

  void close() {
    loaded = List.of();
    Place there = place;
    place = null;
    if (there != null) {
      there.seats().forEach(seat -> seat.model().close());
    }
  }
}
