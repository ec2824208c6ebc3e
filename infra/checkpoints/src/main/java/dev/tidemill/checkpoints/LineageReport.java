package dev.tidemill.checkpoints;

import java.util.ArrayList;
import java.util.List;

/**
 * What checking a lineage found.
 *
 * @param versions how many there are
 * @param faults what is wrong, one sentence each
 * @param unread what could not be read, and so was not checked, one sentence each
 */
public record LineageReport(long versions, List<String> faults, List<String> unread) {
  public LineageReport {
    faults = List.copyOf(faults);
    unread = List.copyOf(unread);
  }

  /** The same with faults that were found otherwise. */
  public LineageReport withFaults(List<String> more) {
    List<String> all = new ArrayList<>(more);
    all.addAll(faults);
    return new LineageReport(versions, all, unread);
  }

  /** Whether everything was read and nothing is wrong. */
  public boolean ok() {
    return faults.isEmpty() && unread.isEmpty();
  }
}
