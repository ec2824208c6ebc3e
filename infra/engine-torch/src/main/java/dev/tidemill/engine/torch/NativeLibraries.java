package dev.tidemill.engine.torch;

import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.Context;
import org.bytedeco.pytorch.global.torch;

/**
 * libtorch: extracted into JavaCPP's cache directory ({@code org.bytedeco.javacpp.cachedir}) where
 * it is not there yet, loaded, and told what the whole process computes with.
 *
 * <p>Two processes that extract into one empty cache crash each other, so a launcher runs {@link
 * #main} once, under a lock, before anything else starts.
 */
public final class NativeLibraries {
  private static final String CUBLAS_CONFIG = "CUBLAS_WORKSPACE_CONFIG";

  private NativeLibraries() {}

  private static final class Loaded {
    static final Context CONTEXT = ProcessEnd.ofThisProcess().within(Loaded::load);

    private static Context load() {
      Loader.load(torch.class);
      // A step's bits must not depend on how many processors there are.
      torch.set_num_threads(1);
      Context context = torch.globalContext();
      // Slower than either of the two ways between which Convolution chooses.
      context.setUserEnabledNNPACK(false);
      return context;
    }
  }

  /** Extracts and loads them, prints nothing, and ends. */
  public static void main(String[] args) {
    load();
    GpuNatives.extract();
  }

  /**
   * Loads them, and has GPUs compute the same bits from the same values, and FLOAT32 in full.
   *
   * @throws IllegalStateException if cuBLAS is not told so by the environment, as it only can be
   */
  static void loadForCuda() {
    load();
    String config = System.getenv(CUBLAS_CONFIG);
    if (!":4096:8".equals(config) && !":16:8".equals(config)) {
      throw new IllegalStateException(
          CUBLAS_CONFIG
              + " is "
              + config
              + " in the environment; the same seed gives the same bits on a GPU only if it is"
              + " :4096:8, as the launcher sets it");
    }
    // After some runs TorchScript would compile the update for a GPU, by a library that is not
    // there.
    torch.getProfilingMode().put(false);
    Context context = Loaded.CONTEXT;
    context.setAllowTF32CuDNN(false);
    context.setDeterministicCuDNN(true);
    // It would also fill all memory before its use.
    context.setDeterministicFillUninitializedMemory(false);
    context.setDeterministicAlgorithms(true, false);
  }

  /** Loads them, the first time; later calls cost nothing. Safe from any thread. */
  public static void load() {
    if (Loaded.CONTEXT.isNull()) {
      throw new IllegalStateException("libtorch has no context");
    }
  }
}
