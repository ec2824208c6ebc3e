package dev.tidemill.trainer;

import java.util.List;
import java.util.Map;

/** What a trainer reads; decided once, when it starts to lead. */
sealed interface RunPlan {

  /** A run with records to read. */
  sealed interface Reading extends RunPlan {
    /** The number of the run, from 1. Each run reads its own records. */
    long run();

    /** Whether this is a new run, not the newest checkpoint's. */
    boolean fresh();

    /** Where each partition starts. */
    ResumePoint resumption();

    /** Returns the position where reading of each partition starts. */
    default List<Position> from() {
      return resumption().from();
    }

    /** The offsets that each epoch of a bounded run reads; empty for an endless run. */
    List<LogRange> bounds();

    /** The number of epochs of a bounded run; 0 for an endless run. */
    int epochs();

    /** Whether the run ends by itself. */
    boolean ends();
  }

  /**
   * A run that reads records as they arrive.
   *
   * @param until the offset to stop at, by partition; empty for a run that never ends
   */
  record Endless(long run, boolean fresh, ResumePoint resumption, Map<Integer, Long> until)
      implements Reading {
    @Override
    public List<LogRange> bounds() {
      return List.of();
    }

    @Override
    public int epochs() {
      return 0;
    }

    @Override
    public boolean ends() {
      return !until.isEmpty();
    }
  }

  /** A run that reads a range of offsets once per epoch. */
  record Bounded(long run, boolean fresh, ResumePoint resumption, List<LogRange> bounds, int epochs)
      implements Reading {
    @Override
    public boolean ends() {
      return true;
    }
  }

  /**
   * No run: everything has been trained.
   *
   * @param why one sentence for the user
   */
  record NothingNew(String why) implements RunPlan {}
}
