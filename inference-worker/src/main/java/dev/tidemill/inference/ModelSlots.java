package dev.tidemill.inference;

import dev.tidemill.checkpoints.CheckpointReader;
import dev.tidemill.contract.Contract;
import dev.tidemill.engine.Engine;
import dev.tidemill.engine.ModelState;
import dev.tidemill.schemas.Checkpoint;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The versions in an inference worker: a version is loaded into the idle slot while the other one
 * answers. {@link SlotPair} says which thread may use which slot.
 */
final class ModelSlots implements AutoCloseable {
  private final Engine engine;
  private final int maxBatchSize;
  private final SlotPair<ModelSlot> slots;

  /** The buffer that versions are read into; slots copy from it. Only for the following thread. */
  private @Nullable ModelState reading;

  private String readingSpec = "";
  private volatile long servingVersion;

  /**
   * Creates two empty slots.
   *
   * @param threads number of serving threads; they are numbered from 0
   */
  ModelSlots(Engine engine, int maxBatchSize, int threads) {
    this.engine = engine;
    this.maxBatchSize = maxBatchSize;
    this.slots = new SlotPair<>(new ModelSlot(threads), new ModelSlot(threads), threads);
  }

  /**
   * Loads a version and makes it the serving one. Until then, and after a failure, the other
   * version keeps answering. One thread.
   *
   * @param contract the data contract that the version was trained with; null if there is none
   * @throws dev.tidemill.checkpoints.CorruptCheckpointException if the version's bytes are wrong
   * @throws UnservableVersionException if the bytes are right, but the engine cannot compute with
   *     them
   */
  void load(Checkpoint manifest, @Nullable Contract contract, CheckpointReader reader) {
    ModelState state = read(manifest, reader);
    slots.write(idle -> idle.load(manifest, contract, state, engine, maxBatchSize));
    servingVersion = manifest.getVersion();
  }

  private ModelState read(Checkpoint manifest, CheckpointReader reader) {
    ModelState state = reading;
    if (state != null && readingSpec.equals(manifest.getSpec())) {
      reader.readInto(manifest, state);
    } else {
      reading = null;
      state = reader.readWeights(manifest);
      reading = state;
      readingSpec = manifest.getSpec();
    }
    return state;
  }

  /** Returns the version that computes a micro-batch; the thread uses it until {@link #release}. */
  ModelSlot.Loaded acquire(int thread) {
    return slots.acquire(thread).loaded(thread);
  }

  /** Releases the slot that the thread uses. */
  void release(int thread) {
    slots.release(thread);
  }

  /** Returns the serving version; empty before the first one is loaded. Any thread. */
  OptionalLong servingVersion() {
    return servingVersion == 0 ? OptionalLong.empty() : OptionalLong.of(servingVersion);
  }

  /** Frees the slots, once no thread serves any more. Leaves a slot alone that is still in use. */
  @Override
  public void close() {
    slots.unused().forEach(ModelSlot::close);
  }
}
