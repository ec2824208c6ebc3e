package dev.tidemill.cli.doctor;

import java.util.Locale;

/**
 * A broker's log folder.
 *
 * @param fault why it is offline; empty if it works
 * @param totalBytes of its disk; {@link #UNKNOWN} if the broker does not say
 * @param usableBytes that are left on it
 */
record LogFolder(int broker, String path, String fault, long totalBytes, long usableBytes) {
  static final long UNKNOWN = -1;

  private static final double LOW = 0.10;
  private static final double FULL = 0.02;
  private static final double GIB = 1L << 30;

  Finding finding() {
    String where = "broker " + broker + " " + path;
    if (!fault.isEmpty()) {
      return Finding.error(
          where + " is offline: " + fault, "repair or replace the disk, then restart the broker");
    }
    if (totalBytes <= 0 || usableBytes < 0) {
      return Finding.notChecked(where + ": the broker does not say how large its disk is", null);
    }
    double share = (double) usableBytes / totalBytes;
    String found =
        String.format(
            Locale.ROOT,
            "%s has %.1f of %.1f GiB left (%.0f %%)",
            where,
            usableBytes / GIB,
            totalBytes / GIB,
            100 * share);
    String fix =
        "enlarge the disk, or shorten retention.ms or retention.bytes of the topics that 'tidemill"
            + " top' shows as the largest";
    if (share < FULL) {
      return Finding.error(found + "; a broker whose disk is full stops", fix);
    }
    return share < LOW ? Finding.warning(found, fix) : Finding.ok(found);
  }
}
