package dev.tidemill.inference;

import dev.tidemill.checkpoints.CheckpointReader;
import dev.tidemill.engine.Engine;
import dev.tidemill.schemas.Checkpoint;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Two slots and one reference: a version is loaded into the idle slot while the other answers, then
 * the reference is flipped.
 *
 * <p>The order that this relies on: the following thread flips the reference to a slot only after
 * it has loaded and unlocked it, and writes only to the slot that the reference is not on, holding
 * its lock. The serving thread holds a slot's lock for a whole micro-batch, and looks at the
 * reference again once it has the lock. So a slot that it holds and finds referenced is loaded as a
 * whole, and is not written to before it lets go, even when the reference has been flipped twice:
 * the second load waits for the lock. And it never waits for a load: a slot whose lock is taken is
 * no longer, or not yet, the referenced one.
 */
final class ModelSlots implements AutoCloseable {
  private final Engine engine;
  private final int maxBatchSize;
  private final ModelSlot first = new ModelSlot();
  private final ModelSlot second = new ModelSlot();
  private final AtomicReference<@Nullable ModelSlot> serving = new AtomicReference<>();
  private volatile long servingVersion;

  ModelSlots(Engine engine, int maxBatchSize) {
    this.engine = engine;
    this.maxBatchSize = maxBatchSize;
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
    ModelSlot idle = serving.get() == first ? second : first;
    idle.lock();
    try {
      idle.load(manifest, reader, engine, maxBatchSize);
    } finally {
      idle.unlock();
    }
    serving.set(idle);
    servingVersion = manifest.getVersion();
  }

  /** The slot to answer a micro-batch with, held; the caller unlocks it. */
  ModelSlot hold() {
    while (true) {
      ModelSlot slot = serving.get();
      if (slot == null) {
        throw new IllegalStateException("no version is loaded");
      }
      if (slot.tryLock()) {
        if (slot == serving.get()) {
          return slot;
        }
        slot.unlock();
      }
      Thread.onSpinWait();
    }
  }

  /** Any thread. */
  OptionalLong servingVersion() {
    return servingVersion == 0 ? OptionalLong.empty() : OptionalLong.of(servingVersion);
  }

  /** For when nobody serves any more; a slot that is held even so is left alone. */
  @Override
  public void close() {
    for (ModelSlot slot : new ModelSlot[] {first, second}) {
      if (slot.tryLock()) {
        try {
          slot.close();
        } finally {
          slot.unlock();
        }
      }
    }
  }
}
