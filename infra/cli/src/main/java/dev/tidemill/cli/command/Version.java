package dev.tidemill.cli.command;

import dev.tidemill.cli.run.Release;
import picocli.CommandLine.IVersionProvider;

/** Prints the versions of Tidemill, Java and the operating system. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    return new String[] {
      "tidemill " + Release.name(),
      "Java "
          + Runtime.version()
          + ", "
          + System.getProperty("os.name")
          + " "
          + System.getProperty("os.arch")
    };
  }
}
