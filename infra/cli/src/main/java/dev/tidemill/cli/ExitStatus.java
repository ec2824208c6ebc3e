package dev.tidemill.cli;

/** What the command ends with. */
final class ExitStatus {
  static final int DONE = 0;
  static final int FAILED = 1;
  static final int WRONG_USAGE = 2;

  private ExitStatus() {}
}
