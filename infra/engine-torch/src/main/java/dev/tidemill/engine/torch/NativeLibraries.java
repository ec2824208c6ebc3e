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
  private NativeLibraries() {}

  private static final class Loaded {
    static final Context CONTEXT = load();

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
  }

  /** Loads them, the first time; later calls cost nothing. Safe from any thread. */
  public static void load() {
    if (Loaded.CONTEXT.isNull()) {
      throw new IllegalStateException("libtorch has no context");
    }
  }
}
