package dev.tidemill.inference;

import dev.tidemill.checkpoints.CheckpointReader;
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
 * Two slots and one reference: a version is loaded into the idle slot while the other answers, then
 * the reference is flipped.
 *
 * <p>The order that this relies on: a serving thread says which slot it holds, then looks at the
 * reference again; where that has gone to the other slot, it holds that one instead. The following
 * thread flips the reference to a slot only after it has loaded it, and writes only to the slot
 * that the reference is not on, and only once it has seen that no thread holds it. Whoever says so
 * later sees the reference elsewhere, and touches nothing. So a slot that is held and referenced is
 * loaded as a whole, and is not written to before all have let go. Serving threads wait for
 * nothing, and the following thread for a micro-batch at most.
 */
final class ModelSlots implements AutoCloseable {
  private static final long LOOK_AGAIN_NANOS = 20_000;

  private final Engine engine;
  private final int maxBatchSize;
  private final ModelSlot first;
  private final ModelSlot second;
  private final AtomicReference<@Nullable ModelSlot> serving = new AtomicReference<>();

  /** By serving thread; the last is the following thread's, who holds what it loads. */
  private final AtomicReferenceArray<@Nullable ModelSlot> held;

  private final int loading;

  /** What versions are read into; the slots have copies. Of the following thread. */
  private @Nullable ModelState reading;

  private String readingSpec = "";
  private volatile long servingVersion;

  /**
   * Empty ones.
   *
   * @param threads that serve; each has its number, from 0
   */
  ModelSlots(Engine engine, int maxBatchSize, int threads) {
    this.engine = engine;
    this.maxBatchSize = maxBatchSize;
    this.first = new ModelSlot(threads);
    this.second = new ModelSlot(threads);
    this.held = new AtomicReferenceArray<>(threads + 1);
    this.loading = threads;
  }

  /**
   * Makes a version the one that answers; the other goes on answering until then, and after a
   * failure. One thread.
   *
   * @throws dev.tidemill.checkpoints.CorruptCheckpointException if its bytes are not what they
   *     should be
   * @throws UnservableVersionException if they are, and the engine cannot answer with them
   */
  void load(Checkpoint manifest, CheckpointReader reader) {
    ModelState state = read(manifest, reader);
    ModelSlot idle = serving.get() == first ? second : first;
    while (isHeld(idle)) {
      LockSupport.parkNanos(LOOK_AGAIN_NANOS);
    }
    held.set(loading, idle);
    try {
      idle.load(manifest, state, engine, maxBatchSize);
    } finally {
      held.set(loading, null);
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

  /** The version to answer a micro-batch with, held until {@link #release}. */
  ModelSlot.Loaded hold(int thread) {
    while (true) {
      ModelSlot slot = serving.get();
      if (slot == null) {
        throw new IllegalStateException("no version is loaded");
      }
      held.set(thread, slot);
      if (slot == serving.get()) {
        return slot.loaded(thread);
      }
    }
  }

  /** Lets go of what the thread holds. */
  void release(int thread) {
    held.set(thread, null);
  }

  /** Any thread. */
  OptionalLong servingVersion() {
    return servingVersion == 0 ? OptionalLong.empty() : OptionalLong.of(servingVersion);
  }

  /** For when nobody serves any more; a slot that is held even so is left alone. */
  @Override
  public void close() {
    for (ModelSlot slot : List.of(first, second)) {
      if (!isHeld(slot)) {
        slot.close();
      }
    }
  }

  private boolean isHeld(ModelSlot slot) {
    for (int i = 0; i < held.length(); i++) {
      if (held.get(i) == slot) {
        return true;
      }
    }
    return false;
  }
}
