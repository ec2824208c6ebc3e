package dev.tidemill.checkpoints;

import java.util.ArrayList;
import java.util.List;

/**
 * The result of verifying a lineage.
 *
 * @param versions the number of versions
 * @param faults one sentence per fault
 * @param unread what could not be read, and so was not verified, one sentence each
 */
public record LineageReport(long versions, List<String> faults, List<String> unread) {
  public LineageReport {
    faults = List.copyOf(faults);
    unread = List.copyOf(unread);
  }

  /** Returns a copy with additional faults in front. */
  public LineageReport withFaults(List<String> more) {
    List<String> all = new ArrayList<>(more);
    all.addAll(faults);
    return new LineageReport(versions, all, unread);
  }

  /** Returns whether everything was read and nothing is wrong. */
  public boolean ok() {
    return faults.isEmpty() && unread.isEmpty();
  }
}
