package dev.tidemill.inference;

import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Two slots and a reference to the serving one. One thread writes to the idle slot while others
 * read the serving one; then the reference flips.
 *
 * <p>Readers protect slots with hazard pointers. A reader first publishes which slot it uses, then
 * reads the reference again. If the reference has flipped, the reader uses the other slot instead.
 * The writer writes only to the slot that is not referenced, and only after it has seen that no
 * reader uses it. It flips the reference only after it has written the slot. A reader that
 * publishes the idle slot after that check finds another slot in the reference, and does not touch
 * the idle one. So a slot that is in use and referenced is completely written, and nobody writes to
 * it before all readers release it. Readers never wait. The writer waits for one use at most.
 *
 * @param <S> a slot
 */
final class SlotPair<S> {
  private static final long RECHECK_NANOS = 20_000;

  private final S first;
  private final S second;
  private final AtomicReference<@Nullable S> serving = new AtomicReference<>();

  /** The slot that each reader uses. The last element is the slot that the writer writes to. */
  private final AtomicReferenceArray<@Nullable S> inUse;

  private final int writer;

  /**
   * Creates a pair of which no slot serves yet.
   *
   * @param readers number of readers; they are numbered from 0
   */
  SlotPair(S first, S second, int readers) {
    this.first = first;
    this.second = second;
    this.inUse = new AtomicReferenceArray<>(readers + 1);
    this.writer = readers;
  }

  /**
   * Writes to the idle slot and makes it the serving one. If the write fails, the other slot keeps
   * serving. One thread.
   */
  void write(Consumer<S> write) {
    S idle = serving.get() == first ? second : first;
    while (isInUse(idle)) {
      LockSupport.parkNanos(RECHECK_NANOS);
    }
    inUse.set(writer, idle);
    try {
      write.accept(idle);
    } finally {
      inUse.set(writer, null);
    }
    serving.set(idle);
  }

  /**
   * Returns the serving slot; the reader uses it until {@link #release}.
   *
   * @throws IllegalStateException before the first write
   */
  S acquire(int reader) {
    while (true) {
      S slot = serving.get();
      if (slot == null) {
        throw new IllegalStateException("no version is loaded");
      }
      inUse.set(reader, slot);
      if (slot == serving.get()) {
        return slot;
      }
    }
  }

  /** Releases the slot that the reader uses. */
  void release(int reader) {
    inUse.set(reader, null);
  }

  /** Returns the slots that no thread uses, once no reader acquires a slot any more. */
  List<S> unused() {
    return List.of(first, second).stream().filter(slot -> !isInUse(slot)).toList();
  }

  private boolean isInUse(S slot) {
    for (int i = 0; i < inUse.length(); i++) {
      if (inUse.get(i) == slot) {
        return true;
      }
    }
    return false;
  }
}
