package dev.tidemill.trainer;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.testbed.twin.BrokenTwin;
import dev.tidemill.testbed.twin.Mutation;
import org.jetbrains.lincheck.Lincheck;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LeaderTermsInterleavingTest {
  private static final int INVOCATIONS = 1_500;

  @Test
  void startsNoTermBesideAnotherAndNoneAfterAGiveUp() {
    Lincheck.runConcurrentTest(INVOCATIONS, new GivenUp());
  }

  /** The decision reads several fields; the give-up may change them in between. */
  @Test
  void startsATermBesideAnotherIfTheDecisionIsNotExclusive() {
    Runnable givenUp =
        BrokenTwin.of(LeaderTerms.class)
            .mutate("mayStart", Mutation.unsynchronized())
            .mutate("mayStart", Mutation.readLater("current"))
            .run(GivenUp.class);
    assertThatThrownBy(() -> Lincheck.runConcurrentTest(INVOCATIONS, givenUp))
        .isInstanceOf(LincheckAssertionError.class)
        .hasMessageContaining("starts beside a term that still runs");
  }

  @Test
  void leavesATermRunningIfTheGiveUpDuringItsStartIsMissed() {
    Runnable givenUp =
        BrokenTwin.of(LeaderTerms.class)
            .mutate("started", Mutation.without("discard"))
            .run(GivenUp.class);
    assertThatThrownBy(() -> Lincheck.runConcurrentTest(INVOCATIONS, givenUp))
        .isInstanceOf(LincheckAssertionError.class)
        .hasMessageContaining("runs after the give-up");
  }

  /** A term whose threads end when the leader looks for the second time. */
  static class Term implements LeaderTerms.Discardable {
    volatile boolean discarded;
    int looks;

    @Override
    public void discard() {
      discarded = true;
    }

    @Override
    public boolean isOver() {
      return discarded && ++looks > 1;
    }
  }

  /** The topic guard gives up while the leader starts its first term, or its second one. */
  static class GivenUp implements Runnable {
    @Override
    public void run() {
      LeaderTerms<Term> terms = new LeaderTerms<>();
      terms.lead();
      Thread guard = new Thread(terms::giveUp);
      guard.start();
      @Nullable Term running = null;
      for (int call = 0; call < 3; call++) {
        Term former = terms.former();
        if (former != null && former.isOver()) {
          terms.forgetFormer();
          running = null;
        } else if (former == null && terms.mayStart()) {
          if (running != null) {
            throw new IllegalStateException("starts beside a term that still runs");
          }
          running = new Term();
          terms.started(running);
        }
      }
      try {
        guard.join();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      if (terms.current() != null || (running != null && !running.discarded)) {
        throw new IllegalStateException("a term runs after the give-up");
      }
    }
  }
}
