package dev.tidemill.engine.dl4j.natives;

import dev.tidemill.natives.JavaCppLibraries;
import dev.tidemill.natives.NativeBundle;
import dev.tidemill.natives.NativeLibraryException;
import dev.tidemill.natives.NativeLoader;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOps;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * Unpacks the native libraries into the cache if needed, loads them only from there, and sets their
 * number of threads.
 */
public final class NativeLibraries {
  private static final String BINDINGS = "libjnind4jcpu.so";

  /** CPU variants of the natives; the first one in the build is used. */
  private static final List<String> VARIANTS =
      List.of("-onednn-avx2", "-onednn-avx512", "-onednn", "-avx2", "-avx512", "");

  private static volatile boolean linked;

  private NativeLibraries() {}

  private static final class Loaded {
    // Load ND4J first: its natives name the OpenBLAS library that they link to.
    static final NativeOps OPS = load();

    private static NativeOps load() {
      Nd4j.getExecutioner();
      openblas_nolapack.blas_set_num_threads(1);
      return NativeOpsHolder.getInstance().getDeviceNativeOps();
    }
  }

  /** Unpacks and loads all native libraries without printing anything. */
  public static void main(String[] args) {
    String level = "org.slf4j.simpleLogger.defaultLogLevel";
    if (System.getProperty(level) == null) {
      System.setProperty(level, "warn");
    }
    load();
  }

  /**
   * Loads the native libraries on the first call; later calls cost nothing. Thread-safe.
   *
   * @throws NativeLibraryException if they cannot be unpacked or loaded; the next call tries again
   */
  public static void load() {
    if (!linked) {
      if (NativeLoader.knowsThisPlatform()) {
        JavaCppLibraries.load(bundle());
      }
      linked = true;
    }
    NativeOps unused = ops();
  }

  /** Calls {@link #load()} ahead of need and ignores failures. */
  public static void preload() {
    try {
      load();
    } catch (NativeLibraryException e) {
      // The first user calls load() again and gets the error.
    }
  }

  private static NativeBundle bundle() {
    Stream<String> folders =
        VARIANTS.stream()
            .map(
                variant ->
                    "org/nd4j/linalg/cpu/nativecpu/bindings/"
                        + JavaCppLibraries.platform()
                        + variant);
    return NativeBundle.firstOf(
        folders.map(folder -> new NativeBundle("nd4j", folder, BINDINGS)).toList());
  }

  /**
   * Makes native calls of this thread run on this thread alone. {@code ShardedGradient} distributes
   * a step over threads, because the bits must not depend on their number. OpenMP keeps its setting
   * per calling thread, so each unit of work starts with this call.
   */
  public static void limitThreads() {
    ops().setOmpNumThreads(1);
  }

  private static NativeOps ops() {
    return Loaded.OPS;
  }
}
