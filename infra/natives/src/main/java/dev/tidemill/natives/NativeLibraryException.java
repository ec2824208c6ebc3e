package dev.tidemill.natives;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Native libraries cannot be unpacked or loaded. The message says in one line what is wrong, where,
 * and what to do.
 */
public final class NativeLibraryException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final long MIB = 1 << 20;

  NativeLibraryException(String message) {
    super(message);
  }

  private NativeLibraryException(String message, Throwable cause) {
    super(message, cause);
  }

  static NativeLibraryException noHome() {
    return new NativeLibraryException(
        "cannot find a folder for native libraries because HOME is not set; set "
            + NativeCache.VARIABLE
            + " to a folder that this user may write to");
  }

  /** Creates the exception for a cache that cannot be written to. */
  static NativeLibraryException unpacking(Path folder, long bytes, IOException cause) {
    String reason = reason(cause);
    boolean full = reason.contains("space") || reason.contains("quota");
    return new NativeLibraryException(
        "native libraries cannot be unpacked into "
            + folder
            + ": "
            + reason
            + (full ? free(folder) + "; free some, or" : ";")
            + " set "
            + NativeCache.VARIABLE
            + (full
                ? " to a folder with " + mib(bytes)
                : " to a folder that this user may write to"),
        cause);
  }

  /** Creates the exception for an unpacked library that the system's loader rejects. */
  static NativeLibraryException loading(Path library, UnsatisfiedLinkError cause) {
    String reason = String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
    // The loader's messages if the folder is mounted noexec or a security module forbids execution.
    boolean forbidden =
        reason.contains("failed to map segment") || reason.contains("Permission denied");
    return new NativeLibraryException(
        forbidden
            ? "native libraries in "
                + library.getParent()
                + " may not be executed (is it mounted noexec?); set "
                + NativeCache.VARIABLE
                + " to a folder that allows execution"
            : "native library " + library + " cannot be loaded: " + reason);
  }

  private static String reason(IOException cause) {
    if (cause instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (cause instanceof FileSystemException fault && fault.getReason() != null) {
      return fault.getReason();
    }
    return String.valueOf(cause.getMessage());
  }

  private static String free(Path folder) {
    for (Path existing = folder; existing != null; existing = existing.getParent()) {
      if (Files.exists(existing)) {
        try {
          return " (" + mib(Files.getFileStore(existing).getUsableSpace()) + " free)";
        } catch (IOException unknown) {
          return "";
        }
      }
    }
    return "";
  }

  private static String mib(long bytes) {
    return (bytes + MIB - 1) / MIB + " MiB";
  }
}
