package dev.tidemill.engine.torch;

import dev.tidemill.natives.NativeLoader;
import java.util.List;
import org.bytedeco.pytorch.global.torch;

/** libtorch's part for GPUs, which a build has or has not (Maven's profile {@code cuda}). */
final class GpuNatives {
  private static final String LIBRARY = "libtorch_cuda.so";

  /** What is loaded where it can be: libtorch's part, and the bindings of streams and events. */
  static final List<String> LIBRARIES = List.of(LIBRARY, "libjnitorch_cuda.so");

  private GpuNatives() {}

  /** Why libtorch, which is loaded, has no GPU here, or not the one that was asked for. */
  static String whyNot() {
    if (torch.getCUDAHooks().hasCUDART()) {
      int count = torch.cuda_device_count();
      return count == 0
          ? "libtorch sees no GPU; does nvidia-smi?"
          : "libtorch sees " + count + " GPUs";
    }
    return NativeLoader.failure(LIBRARY)
        .orElse("this build has no natives for GPUs; build with -Pcuda");
  }
}
