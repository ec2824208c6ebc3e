package dev.tidemill.trainer;

import java.util.List;
import java.util.Map;

/** What a trainer is to read, decided once when it begins to lead. */
sealed interface RunPlan {

  /** Something to read. */
  sealed interface Reading extends RunPlan {
    /** The number of the run, from 1; another run reads other records. */
    long run();

    /** Whether the run is another than the newest checkpoint's. */
    boolean fresh();

    /** Where each partition is entered. */
    ResumePoint resumption();

    /** Where each partition is read on. */
    default List<Position> from() {
      return resumption().from();
    }

    /** Of a bounded run, in each epoch; empty for an endless one. */
    List<LogRange> bounds();

    /** Of a bounded run; 0 for an endless one. */
    int epochs();

    /** Whether it ends by itself. */
    boolean ends();
  }

  /**
   * Records as they arrive.
   *
   * @param until per partition, the offset to stop at; empty for never
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

  /** A range of offsets, read so many times. */
  record Bounded(long run, boolean fresh, ResumePoint resumption, List<LogRange> bounds, int epochs)
      implements Reading {
    @Override
    public boolean ends() {
      return true;
    }
  }

  /**
   * All has been trained.
   *
   * @param why one sentence for the user
   */
  record NothingNew(String why) implements RunPlan {}
}
