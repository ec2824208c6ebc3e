package dev.tidemill.testbed;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Mounts in-memory file systems that only a child process sees; they disappear with it. */
public final class Mounts {
  private Mounts() {}

  /** Returns whether this user may mount file systems. */
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
   * Returns the wrapper for {@link ChildJvm#startUnder} that mounts an empty file system for the
   * child.
   *
   * @param options mount(8) options, for example {@code noexec} or {@code size=20m}
   */
  public static List<String> tmpfs(Path folder, String options) {
    String script = "mount -t tmpfs -o \"$1\" tmpfs \"$2\" && shift 2 && exec \"$@\"";
    return List.of("unshare", "--mount", "sh", "-c", script, "sh", options, folder.toString());
  }
}
