package dev.tidemill.inference;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.testbed.twin.BrokenTwin;
import dev.tidemill.testbed.twin.Mutation;
import org.jetbrains.lincheck.Lincheck;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SlotPairInterleavingTest {
  private static final int INVOCATIONS = 2_000;

  @Test
  void readsOnlyWholeVersionsWhichGetNoOlder() {
    Lincheck.runConcurrentTest(INVOCATIONS, new Swaps());
  }

  @Test
  void readsAHalfVersionIfTheWriterDoesNotWaitForReaders() {
    Runnable swaps =
        BrokenTwin.of(SlotPair.class).mutate("write", Mutation.without("isInUse")).run(Swaps.class);
    assertThatThrownBy(() -> Lincheck.runConcurrentTest(INVOCATIONS, swaps))
        .isInstanceOf(LincheckAssertionError.class)
        .hasMessageContaining("a slot changes while it is read");
  }

  @Test
  void readsAHalfVersionIfAReaderDoesNotReadTheReferenceAgain() {
    Runnable swaps =
        BrokenTwin.of(SlotPair.class)
            .mutate("acquire", Mutation.withoutComparison())
            .run(Swaps.class);
    assertThatThrownBy(() -> Lincheck.runConcurrentTest(INVOCATIONS, swaps))
        .isInstanceOf(LincheckAssertionError.class)
        .hasMessageContaining("a slot changes while it is read");
  }

  /** Parameters of a version, which a swap writes one after the other. */
  static class Slot {
    int weight;
    int bias;

    void load(int version) {
      weight = version;
      bias = version;
    }
  }

  /** Two versions are loaded while two readers answer. */
  static class Swaps implements Runnable {
    volatile @Nullable String wrong;

    @Override
    public void run() {
      wrong = null;
      SlotPair<Slot> slots = new SlotPair<>(new Slot(), new Slot(), 2);
      slots.write(slot -> slot.load(1));
      Thread first = new Thread(() -> answer(slots, 0, 2));
      Thread second = new Thread(() -> answer(slots, 1, 1));
      first.start();
      second.start();
      slots.write(slot -> slot.load(2));
      slots.write(slot -> slot.load(3));
      try {
        first.join();
        second.join();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      if (wrong != null) {
        throw new IllegalStateException(wrong);
      }
    }

    void answer(SlotPair<Slot> slots, int reader, int batches) {
      int before = 0;
      for (int i = 0; i < batches; i++) {
        Slot slot = slots.acquire(reader);
        int version = slot.weight;
        if (version != slot.bias) {
          wrong = "a slot changes while it is read";
        }
        if (version < before) {
          wrong = "version " + version + " after version " + before;
        }
        before = version;
        slots.release(reader);
      }
    }
  }
}
