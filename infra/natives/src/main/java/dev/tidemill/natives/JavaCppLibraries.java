package dev.tidemill.natives;

import java.util.List;
import java.util.Map;

/**
 * The native libraries of JavaCPP's presets, loaded by {@link NativeLoader} instead of JavaCPP's
 * own {@code Loader}: that one unpacks a library and loads it before it unpacks the next, and looks
 * for what it misses in the system's folders.
 */
public final class JavaCppLibraries {
  /** Whether JavaCPP loads libraries by itself. */
  private static final String BY_ITSELF = "org.bytedeco.javacpp.loadlibraries";

  private JavaCppLibraries() {}

  /** This platform as JavaCPP names it, e.g. {@code linux-x86_64}. */
  public static String platform() {
    String machine = System.getProperty("os.arch", "");
    return switch (machine) {
      case "amd64" -> "linux-x86_64";
      case "aarch64" -> "linux-arm64";
      default -> "linux-" + machine;
    };
  }

  /** Loads JavaCPP's own, OpenBLAS, and those that use them. */
  public static void load(NativeBundle user) {
    List<NativeBundle> bundles = List.of(javacpp(), openblas(), user);
    System.setProperty(BY_ITSELF, "false");
    NativeLoader.load(NativeCache.ofThisProcess(), bundles);
  }

  private static NativeBundle javacpp() {
    return new NativeBundle("javacpp", "org/bytedeco/javacpp/" + platform(), "libjnijavacpp.so");
  }

  private static NativeBundle openblas() {
    return new NativeBundle(
        "openblas",
        "org/bytedeco/openblas/" + platform(),
        List.of("libopenblas.so.0", "libjniopenblas_nolapack.so"),
        List.of(),
        // JavaCPP's name for a copy of OpenBLAS, which nothing but its bindings has.
        Map.of("libopenblas_nolapack.so.0", "libopenblas.so.0"));
  }
}
