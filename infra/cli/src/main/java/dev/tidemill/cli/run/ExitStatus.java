package dev.tidemill.cli.run;

/** What the command ends with. */
public final class ExitStatus {
  public static final int DONE = 0;
  public static final int FAILED = 1;
  public static final int WRONG_USAGE = 2;

  private ExitStatus() {}
}
