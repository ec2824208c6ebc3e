package dev.tidemill.engine.torch;

import dev.tidemill.natives.JavaCppLibraries;
import dev.tidemill.natives.NativeBundle;
import dev.tidemill.natives.NativeLibraryException;
import dev.tidemill.natives.NativeLoader;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Context;
import org.bytedeco.pytorch.global.torch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads libtorch from the native library cache only, after unpacking it if necessary, and
 * configures it for the process.
 */
public final class NativeLibraries {
  private static final Logger LOG = LoggerFactory.getLogger(NativeLibraries.class);

  private static final String CUBLAS_CONFIG = "CUBLAS_WORKSPACE_CONFIG";

  private static final String BINDINGS = "libjnitorch.so";

  private static volatile boolean linked;

  private NativeLibraries() {}

  private static final class Loaded {
    static final Context CONTEXT = ExitGuard.ofThisProcess().call(Loaded::load);

    private static Context load() {
      // The bits of a step must not depend on the number of CPUs.
      torch.set_num_threads(1);
      Context context = torch.globalContext();
      // NNPACK is slower than both implementations that Convolution chooses from.
      context.setUserEnabledNNPACK(false);
      if (!OneDnnCheck.passes()) {
        context.setUserEnabledMkldnn(false);
        LOG.warn(
            "oneDNN computes wrong convolutions on this CPU and is disabled; convolutions and"
                + " LSTMs are slower. Set ONEDNN_MAX_CPU_ISA=AVX2 in the environment to use its"
                + " AVX2 code instead");
      }
      return context;
    }
  }

  /** Unpacks and loads the libraries, then exits without output. */
  public static void main(String[] args) {
    load();
  }

  /**
   * Loads the libraries and configures GPUs for deterministic results and full FLOAT32 precision.
   *
   * @throws IllegalStateException if the environment does not configure cuBLAS to be deterministic;
   *     cuBLAS has no other way to do that
   */
  static void loadForCuda() {
    load();
    String config = System.getenv(CUBLAS_CONFIG);
    if (!":4096:8".equals(config) && !":16:8".equals(config)) {
      throw new IllegalStateException(
          CUBLAS_CONFIG
              + " is "
              + config
              + " in the environment; set it to :4096:8, as the launcher does, so that the same"
              + " seed gives the same bits on a GPU");
    }
    // After some runs, TorchScript would compile the update for a GPU with a library that the build
    // does not contain.
    torch.getProfilingMode().put(false);
    Context context = Loaded.CONTEXT;
    context.setAllowTF32CuDNN(false);
    context.setDeterministicCuDNN(true);
    // Deterministic algorithms would otherwise also fill all memory before use.
    context.setDeterministicFillUninitializedMemory(false);
    context.setDeterministicAlgorithms(true, false);
  }

  /**
   * Loads the libraries on the first call. Later calls cost nothing. Any thread may call it.
   *
   * @throws NativeLibraryException if unpacking or loading fails; the next call tries again
   */
  public static void load() {
    if (!linked) {
      if (NativeLoader.knowsThisPlatform()) {
        ExitGuard.ofThisProcess().call(() -> JavaCppLibraries.load(bundle()));
      }
      linked = true;
    }
    if (Loaded.CONTEXT.isNull()) {
      throw new IllegalStateException("libtorch has no context");
    }
  }

  /** Like {@link #load()}, ahead of time, but ignores failures. */
  static void preload() {
    try {
      load();
    } catch (NativeLibraryException e) {
      // The next load() fails with the same reason.
    }
  }

  /** Prefers the GPU build; its optional libraries are loaded if they can be. */
  private static NativeBundle bundle() {
    String folder = "org/bytedeco/pytorch/" + JavaCppLibraries.platform();
    return NativeBundle.firstOf(
        List.of(
            new NativeBundle(
                "torch-gpu", folder + "-gpu", List.of(BINDINGS), GpuNatives.LIBRARIES, Map.of()),
            new NativeBundle("torch", folder, BINDINGS)));
  }
}
