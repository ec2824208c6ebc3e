package dev.tidemill.cli.doctor;

import java.util.List;

/** Examines one thing of a cluster. */
public interface Check {
  /** Returns its name, one word. */
  String name();

  /**
   * Examines; at least one finding. May be interrupted.
   *
   * @throws Exception if that fails; the caller makes a finding of it
   */
  List<Finding> run() throws Exception;
}
