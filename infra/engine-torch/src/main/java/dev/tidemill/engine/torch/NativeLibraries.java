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
 * libtorch: unpacked into the cache where it is not there yet, loaded from there and from nowhere
 * else, and told what the whole process computes with.
 */
public final class NativeLibraries {
  private static final Logger LOG = LoggerFactory.getLogger(NativeLibraries.class);

  private static final String CUBLAS_CONFIG = "CUBLAS_WORKSPACE_CONFIG";

  private static final String BINDINGS = "libjnitorch.so";

  private static volatile boolean linked;

  private NativeLibraries() {}

  private static final class Loaded {
    static final Context CONTEXT = ProcessEnd.ofThisProcess().within(Loaded::load);

    private static Context load() {
      // A step's bits must not depend on how many processors there are.
      torch.set_num_threads(1);
      Context context = torch.globalContext();
      // Slower than either of the two ways between which Convolution chooses.
      context.setUserEnabledNNPACK(false);
      if (!OneDnnCheck.passes()) {
        context.setUserEnabledMkldnn(false);
        LOG.warn(
            "oneDNN computes wrong convolutions on this processor, and is not used: convolutions"
                + " take longer");
      }
      return context;
    }
  }

  /** Unpacks and loads them, prints nothing, and ends. */
  public static void main(String[] args) {
    load();
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

  /**
   * Loads them, the first time; later calls cost nothing. Safe from any thread.
   *
   * @throws NativeLibraryException if they cannot be unpacked or loaded; the next call tries again
   */
  public static void load() {
    if (!linked) {
      if (NativeLoader.knowsThisPlatform()) {
        ProcessEnd.ofThisProcess().within(() -> JavaCppLibraries.load(bundle()));
      }
      linked = true;
    }
    if (Loaded.CONTEXT.isNull()) {
      throw new IllegalStateException("libtorch has no context");
    }
  }

  /** As {@link #load()}, ahead of need: reports nothing. */
  static void preload() {
    try {
      load();
    } catch (NativeLibraryException e) {
      // Whoever needs them calls load(), and is told.
    }
  }

  /** Those for GPUs where the build has them, and of those what can be loaded here. */
  private static NativeBundle bundle() {
    String folder = "org/bytedeco/pytorch/" + JavaCppLibraries.platform();
    return NativeBundle.firstOf(
        List.of(
            new NativeBundle(
                "torch-gpu", folder + "-gpu", List.of(BINDINGS), GpuNatives.LIBRARIES, Map.of()),
            new NativeBundle("torch", folder, BINDINGS)));
  }
}
