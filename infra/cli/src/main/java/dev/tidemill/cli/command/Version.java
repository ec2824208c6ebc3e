package dev.tidemill.cli.command;

import picocli.CommandLine.IVersionProvider;

/** Prints the versions of Tidemill, Java and the operating system. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    String ours = Version.class.getPackage().getImplementationVersion();
    return new String[] {
      "tidemill " + (ours == null ? "(not packaged)" : ours),
      "Java "
          + Runtime.version()
          + ", "
          + System.getProperty("os.name")
          + " "
          + System.getProperty("os.arch")
    };
  }
}
