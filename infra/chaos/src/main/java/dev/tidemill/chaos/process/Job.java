package dev.tidemill.chaos.process;

import java.util.List;

/** What a worker's processes do, one after the other. */
public interface Job {

  /**
   * Returns the command of the next process.
   *
   * @param start number of this start of the worker, from 1
   */
  List<String> command(int start);

  /**
   * Tells the job that a process ended by itself.
   *
   * @return whether the worker has nothing left to do
   */
  default boolean ended(int status) {
    return false;
  }

  /** Tells the job that a process was killed. */
  default void killed(int start) {}
}
