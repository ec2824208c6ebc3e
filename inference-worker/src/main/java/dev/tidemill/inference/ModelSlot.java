package dev.tidemill.inference;

import dev.tidemill.contract.Contract;
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
 * One of the two places for a loaded version. The first version of a spec allocates memory, and
 * later versions reuse it. A slot has one copy of the parameters, however many threads serve.
 * {@link ModelSlots} defines which thread may use it.
 */
final class ModelSlot {

  /** The memory of a spec: one model per serving thread. */
  private record LoadedSpec(String spec, Network network, List<PerThreadModel> models) {}

  /** What one serving thread computes with; not thread-safe. */
  private record PerThreadModel(ServableModel model, SampleCheck check) {}

  /** A loaded version, for one serving thread. */
  record Loaded(
      long version,
      long createdAtMillis,
      Network network,
      SampleCheck check,
      RequestPreparation preparation,
      ServableModel model) {}

  private final int threads;
  private @Nullable LoadedSpec loadedSpec;
  private List<Loaded> loaded = List.of();

  /**
   * Creates an empty slot.
   *
   * @param threads number of serving threads
   */
  ModelSlot(int threads) {
    this.threads = threads;
  }

  /** Returns the loaded version for the serving thread with this number. */
  Loaded loaded(int thread) {
    return loaded.get(thread);
  }

  /**
   * Loads a version into this slot and warms it up. After a failure the slot is empty.
   *
   * @param contract the data contract that the version was trained with; null if there is none
   * @param state the version's state, which is copied
   * @throws UnservableVersionException if the engine cannot compute with it, or it does not fit its
   *     contract
   */
  void load(
      Checkpoint manifest,
      @Nullable Contract contract,
      ModelState state,
      Engine engine,
      int maxBatchSize) {
    loaded = List.of();
    RequestPreparation preparation =
        RequestPreparation.of(manifest.getVersion(), contract, Network.of(state.spec()));
    LoadedSpec current = loadedSpec;
    if (current == null || !current.spec().equals(manifest.getSpec())) {
      close();
      LoadedSpec built =
          runEngine(manifest, () -> buildSpec(manifest.getSpec(), state, engine, maxBatchSize));
      loadedSpec = built;
      loaded = runEngine(manifest, () -> warmUp(manifest, preparation, built));
    } else {
      LoadedSpec known = current;
      loaded = runEngine(manifest, () -> swap(manifest, preparation, known, state));
    }
  }

  private static List<Loaded> warmUp(
      Checkpoint manifest, RequestPreparation preparation, LoadedSpec loadedSpec) {
    for (PerThreadModel perThread : loadedSpec.models()) {
      WarmUp.full(perThread.model(), loadedSpec.network(), manifest.getVersion());
      WarmUp.one(perThread.model(), loadedSpec.network(), manifest.getVersion());
    }
    return loaded(manifest, preparation, loadedSpec);
  }

  private static List<Loaded> swap(
      Checkpoint manifest,
      RequestPreparation preparation,
      LoadedSpec loadedSpec,
      ModelState state) {
    ServableModel model = loadedSpec.models().get(0).model();
    model.swap(state);
    WarmUp.one(model, loadedSpec.network(), manifest.getVersion());
    return loaded(manifest, preparation, loadedSpec);
  }

  private static List<Loaded> loaded(
      Checkpoint manifest, RequestPreparation preparation, LoadedSpec loadedSpec) {
    long version = manifest.getVersion();
    long createdAt = manifest.getCreatedAt().toEpochMilli();
    return loadedSpec.models().stream()
        .map(
            perThread ->
                new Loaded(
                    version,
                    createdAt,
                    loadedSpec.network(),
                    perThread.check(),
                    preparation,
                    perThread.model()))
        .toList();
  }

  private static <T> T runEngine(Checkpoint manifest, Supplier<T> engineWork) {
    try {
      return engineWork.get();
    } catch (UnservableVersionException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new UnservableVersionException(manifest.getVersion(), e);
    }
  }

  private LoadedSpec buildSpec(String spec, ModelState state, Engine engine, int maxBatchSize) {
    Network network = Network.of(state.spec());
    List<PerThreadModel> models = new ArrayList<>();
    try {
      ServableModel model = engine.load(state, maxBatchSize);
      models.add(new PerThreadModel(model, new SampleCheck(network)));
      while (models.size() < threads) {
        models.add(new PerThreadModel(model.share(), new SampleCheck(network)));
      }
    } catch (RuntimeException | Error e) {
      models.forEach(perThread -> perThread.model().close());
      throw e;
    }
    return new LoadedSpec(spec, network, models);
  }

  void close() {
    loaded = List.of();
    LoadedSpec current = loadedSpec;
    loadedSpec = null;
    if (current != null) {
      current.models().forEach(perThread -> perThread.model().close());
    }
  }
}
