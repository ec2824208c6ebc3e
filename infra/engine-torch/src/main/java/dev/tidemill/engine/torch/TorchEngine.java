package dev.tidemill.engine.torch;

import dev.tidemill.engine.Engine;
import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.Precision;
import dev.tidemill.engine.ServableModel;
import dev.tidemill.engine.TrainableModel;
import dev.tidemill.engine.UnsupportedOptionException;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.global.torch;

/** The engine on libtorch. It supports every layer, on the CPU or on a GPU. */
public final class TorchEngine implements Engine {
  static final String NAME = "torch";

  private final Placement placement;

  public TorchEngine() {
    this(Placement.CPU);
  }

  private TorchEngine(Placement placement) {
    this.placement = placement;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public void prepare() {
    Thread loading = new Thread(NativeLibraries::preload, "tidemill-natives");
    loading.setDaemon(true);
    loading.start();
  }

  /** The CPU and the GPUs that libtorch sees. Loads libtorch. */
  @Override
  public List<String> devices() {
    NativeLibraries.load();
    List<String> devices = new ArrayList<>();
    devices.add(Placement.CPU.device());
    for (int i = 0; i < torch.cuda_device_count(); i++) {
      devices.add(Placement.cuda(i));
    }
    return devices;
  }

  @Override
  public Engine on(String device, Precision precision) {
    // The CPU is always available; calling devices() would wait for libtorch.
    if (!device.equals(Placement.CPU.device())) {
      if (!devices().contains(device)) {
        throw UnsupportedOptionException.noDevice(this, device, missingReason(device));
      }
      NativeLibraries.loadForCuda();
    }
    return new TorchEngine(new Placement(device, precision));
  }

  private static String missingReason(String device) {
    if (!device.startsWith(Placement.CUDA)) {
      return "the name of a GPU is cuda:0, cuda:1 and so on";
    }
    return GpuNatives.missingReason();
  }

  /** Ignores the number of threads: the calling thread computes each step. */
  @Override
  public TrainableModel create(ModelState begin, int threads) {
    if (threads < 0) {
      throw new IllegalArgumentException("threads must be at least 0, got " + threads);
    }
    NativeLibraries.load();
    return new GuardedTrainableModel(
        ExitGuard.ofThisProcess(), () -> new TorchTrainableModel(begin, placement));
  }

  @Override
  public ServableModel load(ModelState state, int maxBatchSize) {
    if (maxBatchSize < 1) {
      throw new IllegalArgumentException("maxBatchSize must be at least 1, got " + maxBatchSize);
    }
    NativeLibraries.load();
    return new GuardedServableModel(
        ExitGuard.ofThisProcess(), () -> new TorchServableModel(state, maxBatchSize, placement));
  }
}
