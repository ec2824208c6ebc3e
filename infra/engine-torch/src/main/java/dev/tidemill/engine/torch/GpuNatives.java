package dev.tidemill.engine.torch;

import java.io.IOException;
import java.net.URL;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/** libtorch's part for GPUs, which a build has or has not (Maven's profile {@code cuda}). */
final class GpuNatives {
  private static final String LIBRARY = "/org/bytedeco/pytorch/linux-x86_64-gpu/libtorch_cuda.so";

  /** Its classes name CUDA's, which no other build has on its class path. */
  private static final String BINDINGS = "org.bytedeco.pytorch.global.torch_cuda";

  private GpuNatives() {}

  /** Extracts them, as far as they can be loaded here; nothing in a build without them. */
  static void extract() {
    if (library() == null) {
      return;
    }
    try {
      String unused = Loader.load(Class.forName(BINDINGS));
    } catch (ClassNotFoundException | UnsatisfiedLinkError absent) {
      // A machine without a driver: it computes on the processor, and has been given what that
      // takes.
      NativeLibraries.load();
    }
  }

  /** Why libtorch, which is loaded, has no GPU here, or not the one that was asked for. */
  static String whyNot() {
    URL library = library();
    if (library == null) {
      return "this build has no natives for GPUs; build with -Pcuda";
    }
    if (torch.getCUDAHooks().hasCUDART()) {
      int count = torch.cuda_device_count();
      return count == 0
          ? "libtorch sees no GPU; does nvidia-smi?"
          : "libtorch sees " + count + " GPUs";
    }
    // JavaCPP passes over what cannot be loaded; asked again, the linker says what it lacks.
    try {
      System.load(Loader.cacheResource(library).getPath());
      return "libtorch's natives for GPUs were not loaded with it; start again";
    } catch (UnsatisfiedLinkError | IOException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static @Nullable URL library() {
    return GpuNatives.class.getResource(LIBRARY);
  }
}
