package dev.tidemill.benchmarks.engine;

import dev.tidemill.benchmarks.BenchContext;
import dev.tidemill.benchmarks.Launch;
import dev.tidemill.engine.Engine;
import dev.tidemill.engine.Engines;
import dev.tidemill.engine.Precision;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The engine that a participant measures, and where it computes. PyTorch takes device and precision
 * from it, too.
 *
 * @param device {@code cpu}, {@code cuda:0} …
 * @param precision {@code float32} or {@code bfloat16}
 */
record EngineChoice(String engine, String device, String precision) {
  private static final Map<String, String> ONE_THREAD =
      Map.of("OMP_NUM_THREADS", "1", "MKL_NUM_THREADS", "1", "OPENBLAS_NUM_THREADS", "1");

  /** The choice of the command line: BF16 on a GPU. */
  static EngineChoice of(BenchContext context) {
    String precision = context.device().equals("cpu") ? "float32" : "bfloat16";
    return new EngineChoice(context.engine(), context.device(), precision);
  }

  /** The choice in the arguments of a participant, after a network. */
  static EngineChoice of(String[] args) {
    return new EngineChoice(args[1], args[2], args[3]);
  }

  /**
   * Loads the engine.
   *
   * @throws IllegalArgumentException if no engine has the name, or it lacks the device or precision
   */
  Engine open() {
    return Engines.named(engine).on(device, Precision.of(precision));
  }

  /** A participant that trains or answers with a network. */
  Launch launch(BenchContext context, List<String> flags, Work work, ComparedNetwork network) {
    String main = EngineParticipant.class.getName();
    List<String> arguments = List.of(network.given(), engine, device, precision, work.name());
    return oneThread(context.java().launch(Comparison.OURS, flags, main, arguments));
  }

  /**
   * PyTorch, on the network in a folder.
   *
   * @param mode eager or compiled
   */
  Launch pytorch(BenchContext context, String name, Work work, Path folder, String mode) {
    String[] arguments = {work.text(), folder.toString(), device, precision, mode};
    return oneThread(context.python().launch(name, "torch_participant", arguments));
  }

  static Launch oneThread(Launch launch) {
    return launch.withEnvironment(ONE_THREAD);
  }
}
