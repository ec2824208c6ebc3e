package dev.tidemill.cli.command;

import picocli.CommandLine.IVersionProvider;

/** Our version and Java's. */
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
