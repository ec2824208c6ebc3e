package dev.tidemill.inference;

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
 * used again by the later ones; a slot has the parameters once, whatever the number of threads that
 * serve. {@link ModelSlots} says who may touch it.
 */
final class ModelSlot {

  /** A spec's memory: what each serving thread computes with. */
  private record LoadedSpec(String spec, Network network, List<PerThreadModel> seats) {}

  /** What one serving thread computes with: neither is for two threads at a time. */
  private record PerThreadModel(ServableModel model, SampleCheck check) {}

  /** A version in its place, for one thread. */
  record Loaded(
      long version,
      long createdAtMillis,
      Network network,
      SampleCheck check,
      ServableModel model) {}

  private final int threads;
  private @Nullable LoadedSpec place;
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
   * Takes a version into this slot and tries it; after a failure the slot is empty.
   *
   * @param state what was read of it; copied
   * @throws UnservableVersionException if the engine cannot answer with it
   */
  void load(Checkpoint manifest, ModelState state, Engine engine, int maxBatchSize) {
    loaded = List.of();
    LoadedSpec there = place;
    if (there == null || !there.spec().equals(manifest.getSpec())) {
      close();
      LoadedSpec made =
          tried(manifest, () -> place(manifest.getSpec(), state, engine, maxBatchSize));
      place = made;
      loaded = tried(manifest, () -> warmed(manifest, made));
    } else {
      LoadedSpec known = there;
      loaded = tried(manifest, () -> swapped(manifest, known, state));
    }
  }

  private static List<Loaded> warmed(Checkpoint manifest, LoadedSpec place) {
    for (PerThreadModel seat : place.seats()) {
      WarmUp.full(seat.model(), place.network(), manifest.getVersion());
      WarmUp.one(seat.model(), place.network(), manifest.getVersion());
    }
    return loaded(manifest, place);
  }

  private static List<Loaded> swapped(Checkpoint manifest, LoadedSpec place, ModelState state) {
    ServableModel model = place.seats().get(0).model();
    model.swap(state);
    WarmUp.one(model, place.network(), manifest.getVersion());
    return loaded(manifest, place);
  }

  private static List<Loaded> loaded(Checkpoint manifest, LoadedSpec place) {
    long version = manifest.getVersion();
    long createdAt = manifest.getCreatedAt().toEpochMilli();
    return place.seats().stream()
        .map(seat -> new Loaded(version, createdAt, place.network(), seat.check(), seat.model()))
        .toList();
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

  private LoadedSpec place(String spec, ModelState state, Engine engine, int maxBatchSize) {
    Network network = Network.of(state.spec());
    List<PerThreadModel> seats = new ArrayList<>();
    try {
      ServableModel model = engine.load(state, maxBatchSize);
      seats.add(new PerThreadModel(model, new SampleCheck(network)));
      while (seats.size() < threads) {
        seats.add(new PerThreadModel(model.share(), new SampleCheck(network)));
      }
    } catch (RuntimeException | Error e) {
      seats.forEach(seat -> seat.model().close());
      throw e;
    }
    return new LoadedSpec(spec, network, seats);
  }

  void close() {
    loaded = List.of();
    LoadedSpec there = place;
    place = null;
    if (there != null) {
      there.seats().forEach(seat -> seat.model().close());
    }
  }
}
