package dev.tidemill.natives;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class NativeLibraryExceptionTest {
  private static final Path CACHE = Path.of("/absent/cache");

  @Test
  void namesFolderAndNeededSpaceIfDiskIsFull() {
    FileSystemException full =
        new FileSystemException("/absent/cache/x", null, "No space left on device");
    assertThat(NativeLibraryException.unpacking(CACHE, 445L << 20, full))
        .hasMessageContaining("into /absent/cache: No space left on device")
        .hasMessageContaining(" MiB free)")
        .hasMessageEndingWith("free some, or set TIDEMILL_CACHE to a folder with 445 MiB");
  }

  @Test
  void namesFolderWithoutWritePermission() {
    assertThat(NativeLibraryException.unpacking(CACHE, 1, new AccessDeniedException("/absent")))
        .hasMessageContaining("into /absent/cache: permission denied")
        .hasMessageEndingWith("set TIDEMILL_CACHE to a folder that this user may write to");
  }

  @Test
  void namesFolderMountedNoexec() {
    UnsatisfiedLinkError fault =
        new UnsatisfiedLinkError(
            "/absent/cache/libx.so: /absent/cache/libx.so: failed to map segment from shared object");
    assertThat(NativeLibraryException.loading(CACHE.resolve("libx.so"), fault))
        .hasMessage(
            "native libraries in /absent/cache may not be executed (is it mounted noexec?); set"
                + " TIDEMILL_CACHE to a folder that allows execution");
  }

  @Test
  void includesTheLoadersMessage() {
    UnsatisfiedLinkError fault =
        new UnsatisfiedLinkError("libc.so.6: version GLIBC_2.99 not found");
    assertThat(NativeLibraryException.loading(CACHE.resolve("libx.so"), fault))
        .hasMessage(
            "native library /absent/cache/libx.so cannot be loaded: libc.so.6: version GLIBC_2.99"
                + " not found");
  }
}
