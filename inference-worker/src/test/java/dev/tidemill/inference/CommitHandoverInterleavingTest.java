package dev.tidemill.inference;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.testbed.twin.BrokenTwin;
import dev.tidemill.testbed.twin.Mutation;
import java.util.ArrayList;
import java.util.List;
import org.jetbrains.lincheck.Lincheck;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CommitHandoverInterleavingTest {
  private static final int INVOCATIONS = 700;

  @Test
  void commitsEachBatchOnceAndInOrder() {
    Lincheck.runConcurrentTest(INVOCATIONS, new Batches());
  }

  @Test
  void commitsNothingAfterAFailure() {
    Lincheck.runConcurrentTest(INVOCATIONS, new FailingBatches());
  }

  @Test
  void waitsForeverIfTheEndOfACommitNotifiesNobody() {
    Runnable batches =
        BrokenTwin.of(CommitHandover.class)
            .mutate("ended", Mutation.without("notifyAll"))
            .run(Batches.class);
    assertThatThrownBy(() -> Lincheck.runConcurrentTest(INVOCATIONS, batches))
        .isInstanceOf(LincheckAssertionError.class)
        .hasMessageContaining("hung");
  }

  @Test
  void commitsAfterAFailureIfTheOpenCommitIsNotAborted() {
    Runnable batches =
        BrokenTwin.of(CommitHandover.class)
            .mutate("takeOpenAfter", Mutation.without("takeOpen"))
            .run(FailingBatches.class);
    assertThatThrownBy(() -> Lincheck.runConcurrentTest(INVOCATIONS, batches))
        .isInstanceOf(LincheckAssertionError.class)
        .hasMessageContaining("committed after a failure");
  }

  /** A commit of batches; its offset is that of the last one. */
  static class Commit {
    final List<Integer> batches = new ArrayList<>();
    volatile boolean aborted;
  }

  /** Three batches are sent and committed, and the partitions are revoked. */
  static class Batches implements Runnable {
    @Override
    public void run() {
      CommitHandover<Commit> handover = new CommitHandover<>(commit -> commit.aborted = true);
      List<Integer> committed = new ArrayList<>();
      Thread committer = new Thread(() -> commitAll(handover, committed));
      committer.start();
      try {
        for (int batch = 1; batch <= 3; batch++) {
          int sent = batch;
          handover.fill(Commit::new, commit -> commit.batches.add(sent));
        }
        handover.awaitIdle();
        if (!committed.equals(List.of(1, 2, 3))) {
          throw new IllegalStateException("is idle, but committed " + committed + " of 3 batches");
        }
        handover.close();
        committer.join();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    static void commitAll(CommitHandover<Commit> handover, List<Integer> committed) {
      try {
        for (Commit next = handover.take(); next != null; next = handover.take()) {
          committed.addAll(next.batches);
          handover.ended();
        }
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** The first commit fails while batches are sent. */
  static class FailingBatches implements Runnable {
    @Override
    public void run() {
      CommitHandover<Commit> handover = new CommitHandover<>(commit -> commit.aborted = true);
      List<Commit> begun = new ArrayList<>();
      List<Commit> taken = new ArrayList<>();
      Thread committer = new Thread(() -> failFirst(handover, taken));
      committer.start();
      try {
        send(handover, begun);
        handover.awaitIdle();
        handover.close();
        committer.join();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      if (taken.size() != 1) {
        throw new IllegalStateException((taken.size() - 1) + " committed after a failure");
      }
      if (!begun.stream().allMatch(commit -> commit == taken.get(0) || commit.aborted)) {
        throw new IllegalStateException("a commit was left open");
      }
    }

    static void send(CommitHandover<Commit> handover, List<Commit> begun) {
      @Nullable RuntimeException failure = null;
      for (int batch = 1; batch <= 3 && failure == null; batch++) {
        int sent = batch;
        try {
          handover.fill(() -> begin(begun), commit -> commit.batches.add(sent));
        } catch (IllegalStateException e) {
          failure = e;
        }
      }
    }

    static Commit begin(List<Commit> begun) {
      Commit commit = new Commit();
      begun.add(commit);
      return commit;
    }

    static void failFirst(CommitHandover<Commit> handover, List<Commit> taken) {
      try {
        for (Commit next = handover.take(); next != null; next = handover.take()) {
          taken.add(next);
          if (taken.size() == 1) {
            handover.failed(new IllegalStateException("the commit fails"));
          }
          handover.ended();
        }
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
