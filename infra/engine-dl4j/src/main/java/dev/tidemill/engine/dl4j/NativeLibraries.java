package dev.tidemill.engine.dl4j;

import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOps;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * The native libraries: extracted into JavaCPP's cache directory ({@code
 * org.bytedeco.javacpp.cachedir}) where they are not there yet, loaded, and told how many threads
 * to use.
 *
 * <p>Two processes that extract into one empty cache crash each other, so a launcher runs {@link
 * #main} once, under a lock, before anything else starts.
 */
public final class NativeLibraries {
  private NativeLibraries() {}

  private static final class Loaded {
    // ND4J first: its natives name the OpenBLAS that they were linked to.
    static final NativeOps OPS = load();

    private static NativeOps load() {
      Nd4j.getExecutioner();
      Loader.load(openblas_nolapack.class);
      openblas_nolapack.blas_set_num_threads(1);
      return NativeOpsHolder.getInstance().getDeviceNativeOps();
    }
  }

  /** Extracts and loads all of them, prints nothing, and ends. */
  public static void main(String[] args) {
    String level = "org.slf4j.simpleLogger.defaultLogLevel";
    if (System.getProperty(level) == null) {
      System.setProperty(level, "warn");
    }
    load();
  }

  /** Loads them, the first time; later calls cost nothing. Safe from any thread. */
  public static void load() {
    ops();
  }

  /**
   * Makes native code that this thread calls run on this thread alone: which threads share a step
   * is our business ({@link ShardedGradient}), since bits must not depend on their number. OpenMP
   * keeps its number by calling thread, hence a call before each piece of work.
   */
  static void limitThreads() {
    ops().setOmpNumThreads(1);
  }

  private static NativeOps ops() {
    return Loaded.OPS;
  }
}
