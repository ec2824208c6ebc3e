package dev.tidemill.engine.torch;

import dev.tidemill.natives.NativeLoader;
import java.util.List;
import org.bytedeco.pytorch.global.torch;

/** The GPU libraries of libtorch, which a build contains with Maven's profile {@code cuda}. */
final class GpuNatives {
  private static final String LIBRARY = "libtorch_cuda.so";

  /** The optional libraries: libtorch's CUDA part, and the bindings of streams and events. */
  static final List<String> LIBRARIES = List.of(LIBRARY, "libjnitorch_cuda.so");

  private GpuNatives() {}

  /** Explains why a requested GPU is missing. libtorch must be loaded. */
  static String missingReason() {
    if (torch.getCUDAHooks().hasCUDART()) {
      int count = torch.cuda_device_count();
      return count == 0
          ? "libtorch sees no GPU; check whether nvidia-smi lists one"
          : "libtorch sees " + count + " GPUs";
    }
    return NativeLoader.failure(LIBRARY)
        .orElse("this build has no GPU libraries; build with -Pcuda");
  }
}
