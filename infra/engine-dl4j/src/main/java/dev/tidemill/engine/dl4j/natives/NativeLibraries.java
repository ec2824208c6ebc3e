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
 * The native libraries: unpacked into the cache where they are not there yet, loaded from there and
 * from nowhere else, and told how many threads to use.
 */
public final class NativeLibraries {
  private static final String BINDINGS = "libjnind4jcpu.so";

  /** What the natives are compiled for; the first that the build has is taken. */
  private static final List<String> VARIANTS =
      List.of("-onednn-avx2", "-onednn-avx512", "-onednn", "-avx2", "-avx512", "");

  private static volatile boolean linked;

  private NativeLibraries() {}

  private static final class Loaded {
    // ND4J first: its natives name the OpenBLAS that they were linked to.
    static final NativeOps OPS = load();

    private static NativeOps load() {
      Nd4j.getExecutioner();
      openblas_nolapack.blas_set_num_threads(1);
      return NativeOpsHolder.getInstance().getDeviceNativeOps();
    }
  }

  /** Unpacks and loads all of them, prints nothing, and ends. */
  public static void main(String[] args) {
    String level = "org.slf4j.simpleLogger.defaultLogLevel";
    if (System.getProperty(level) == null) {
      System.setProperty(level, "warn");
    }
    load();
  }

  /**
   * Loads them, the first time; later calls cost nothing. Safe from any thread.
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

  /** As {@link #load()}, ahead of need: reports nothing. */
  public static void preload() {
    try {
      load();
    } catch (NativeLibraryException e) {
      // Whoever needs them calls load(), and is told.
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
   * Makes native code that this thread calls run on this thread alone: which threads share a step
   * is our business ({@code ShardedGradient}), since bits must not depend on their number. OpenMP
   * keeps its number by calling thread, hence a call before each piece of work.
   */
  public static void limitThreads() {
    ops().setOmpNumThreads(1);
  }

  private static NativeOps ops() {
    return Loaded.OPS;
  }
}
