package dev.tidemill.testbed;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** File systems in memory that a child alone sees, and that are gone with it. */
public final class Mounts {
  private Mounts() {}

  /** Whether this user may mount any; children need it, too. */
  public static boolean arePossible() {
    try {
      return new ProcessBuilder("unshare", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt")
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException absent) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /**
   * What a child is started under ({@link ChildJvm#startUnder}) to see an empty file system.
   *
   * @param options as mount(8) has them, e.g. {@code noexec} or {@code size=20m}
   */
  public static List<String> tmpfs(Path folder, String options) {
    String script = "mount -t tmpfs -o \"$1\" tmpfs \"$2\" && shift 2 && exec \"$@\"";
    return List.of("unshare", "--mount", "sh", "-c", script, "sh", options, folder.toString());
  }
}
