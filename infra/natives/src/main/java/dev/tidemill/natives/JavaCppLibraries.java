package dev.tidemill.natives;

import java.util.List;
import java.util.Map;

/**
 * Loads the native libraries of JavaCPP's presets with {@link NativeLoader} instead of JavaCPP's
 * {@code Loader}. JavaCPP loads each library before it unpacks the next one. So the system's loader
 * searches the system's folders for dependencies that are not unpacked yet.
 */
public final class JavaCppLibraries {
  /** The system property that enables JavaCPP's loader. */
  private static final String LOAD_LIBRARIES = "org.bytedeco.javacpp.loadlibraries";

  private JavaCppLibraries() {}

  /** JavaCPP's name of this platform, e.g. {@code linux-x86_64}. */
  public static String platform() {
    String machine = System.getProperty("os.arch", "");
    return switch (machine) {
      case "amd64" -> "linux-x86_64";
      case "aarch64" -> "linux-arm64";
      default -> "linux-" + machine;
    };
  }

  /** Loads JavaCPP's own libraries, OpenBLAS, and a bundle that depends on them. */
  public static void load(NativeBundle user) {
    List<NativeBundle> bundles = List.of(javacpp(), openblas(), user);
    System.setProperty(LOAD_LIBRARIES, "false");
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
        // JavaCPP's name for a copy of OpenBLAS, which only its own bindings use.
        Map.of("libopenblas_nolapack.so.0", "libopenblas.so.0"));
  }
}
