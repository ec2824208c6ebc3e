package dev.tidemill.inference;

import dev.tidemill.checkpoints.CheckpointReader;
import dev.tidemill.contract.Contract;
import dev.tidemill.engine.Engine;
import dev.tidemill.engine.ModelState;
import dev.tidemill.schemas.Checkpoint;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Two slots and a reference to the serving one. A version is loaded into the idle slot while the
 * other one answers; then the reference flips.
 *
 * <p>Serving threads protect slots with hazard pointers. A serving thread first publishes which
 * slot it uses, then reads the reference again. If the reference has flipped, the thread uses the
 * other slot instead. The following thread writes only to the slot that is not referenced, and only
 * after it has seen that no thread uses it. It flips the reference only after it has loaded the
 * slot. A thread that publishes the idle slot after that check finds another slot in the reference,
 * and does not touch the idle one. So a slot that is in use and referenced is completely loaded,
 * and nobody writes to it before all threads release it. Serving threads never wait. The following
 * thread waits for one micro-batch at most.
 */
final class ModelSlots implements AutoCloseable {
  private static final long RECHECK_NANOS = 20_000;

  private final Engine engine;
  private final int maxBatchSize;
  private final ModelSlot first;
  private final ModelSlot second;
  private final AtomicReference<@Nullable ModelSlot> serving = new AtomicReference<>();

  /**
   * The slot that each serving thread uses. The last element is the slot that the following thread
   * loads.
   */
  private final AtomicReferenceArray<@Nullable ModelSlot> inUse;

  private final int loading;

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
    this.first = new ModelSlot(threads);
    this.second = new ModelSlot(threads);
    this.inUse = new AtomicReferenceArray<>(threads + 1);
    this.loading = threads;
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
    ModelSlot idle = serving.get() == first ? second : first;
    while (isInUse(idle)) {
      LockSupport.parkNanos(RECHECK_NANOS);
    }
    inUse.set(loading, idle);
    try {
      idle.load(manifest, contract, state, engine, maxBatchSize);
    } finally {
      inUse.set(loading, null);
    }
    serving.set(idle);
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
    while (true) {
      ModelSlot slot = serving.get();
      if (slot == null) {
        throw new IllegalStateException("no version is loaded");
      }
      inUse.set(thread, slot);
      if (slot == serving.get()) {
        return slot.loaded(thread);
      }
    }
  }

  /** Releases the slot that the thread uses. */
  void release(int thread) {
    inUse.set(thread, null);
  }

  /** Returns the serving version; empty before the first one is loaded. Any thread. */
  OptionalLong servingVersion() {
    return servingVersion == 0 ? OptionalLong.empty() : OptionalLong.of(servingVersion);
  }

  /** Frees the slots, once no thread serves any more. Leaves a slot alone that is still in use. */
  @Override
  public void close() {
    for (ModelSlot slot : List.of(first, second)) {
      if (!isInUse(slot)) {
        slot.close();
      }
    }
  }

  private boolean isInUse(ModelSlot slot) {
    for (int i = 0; i < inUse.length(); i++) {
      if (inUse.get(i) == slot) {
        return true;
      }
    }
    return false;
  }
}
