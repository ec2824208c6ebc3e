package dev.tidemill.cli.run;

import org.jspecify.annotations.Nullable;

/** The release of Tidemill that runs. */
public final class Release {
  private Release() {}

  /** Returns its version, or {@code (not packaged)} if it does not run from a jar. */
  public static String name() {
    @Nullable String packaged = Release.class.getPackage().getImplementationVersion();
    return packaged == null ? "(not packaged)" : packaged;
  }
}
