package dev.tidemill.benchmarks.training;

import dev.tidemill.benchmarks.BenchContext;
import dev.tidemill.benchmarks.BenchmarkException;
import dev.tidemill.benchmarks.Broker;
import dev.tidemill.benchmarks.Figure;
import dev.tidemill.benchmarks.JavaRuntime;
import dev.tidemill.benchmarks.Launch;
import dev.tidemill.benchmarks.ProcessMemory;
import dev.tidemill.benchmarks.Report;
import dev.tidemill.benchmarks.Service;
import dev.tidemill.benchmarks.SizedNetwork;
import dev.tidemill.checkpoints.Lineage;
import dev.tidemill.cli.run.ModelContext;
import dev.tidemill.messaging.TopicPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Commit, resume and swap of large states, each process within stated memory limits. A trainer
 * publishes a model and ends, a worker serves it, and a second trainer resumes and publishes the
 * version that the worker swaps to.
 */
public final class LargeBenchmark {
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final long LOG_SAMPLES = 100_000;

  /** Mebibytes for all that does not grow with the model. */
  private static final int CONSTANT = 64;

  private final BenchContext context;
  private final SizedNetwork model;
  private final ModelContext modelContext;
  private final List<String> arguments;
  private final Path spec;

  private LargeBenchmark(BenchContext context, Broker broker, SizedNetwork model)
      throws IOException {
    this.context = context;
    this.model = model;
    String brokers = broker.bootstrapServers();
    modelContext = Broker.createModel(brokers, model.name(), TopicPlan.standard(), Map.of());
    String topic = "topic.batches=" + FilledLog.BATCHES;
    arguments = List.of("--model", model.name(), "--bootstrap-server", brokers, "--set", topic);
    spec = context.folder("large-").resolve("spec.yaml");
    Files.writeString(spec, model.yaml(32));
  }

  public static void run(BenchContext context) throws Exception {
    Report report = context.report();
    Report.Table times =
        report.table(
            "Times of a large state",
            "state | commit, from the snapshot on | resume, from the process's start on"
                + " | swap, from the commit on");
    Report.Table memory =
        report.table("Memory of each process", "state | process | its limits | resident at most");
    List<SizedNetwork> models =
        context.quick()
            ? List.of(SizedNetwork.SMALL_STATE)
            : List.of(SizedNetwork.MIDDLE_STATE, SizedNetwork.LARGE_STATE);
    try (Broker broker = Broker.start(context)) {
      FilledLog.fill(broker.bootstrapServers(), LOG_SAMPLES, 0);
      for (SizedNetwork model : models) {
        context.say(model.size());
        new LargeBenchmark(context, broker, model).measure(times, memory);
      }
    }
    report.note(
        "Half of a state is weights, half is momentum. The trainer continues training during"
            + " commit and swap; the worker gets no requests.");
    report.note(
        "The limits are those of the heap, of states outside it, and of the engine's own memory;"
            + " docs/operating.md derives them from the state's size.");
  }

  private void measure(Report.Table times, Report.Table memory) throws InterruptedException {
    Figure commit;
    try (Service trainer = trainer()) {
      Instant committed = await(trainer, "version 2 published").instant();
      commit = seconds(createdAt(2), committed);
      addMemory(memory, "trainer", trainerLimits(), trainer);
    }
    List<String> serve = Launch.join(List.of("serve"), arguments);
    Launch launch = context.java().launchSmallHeap("worker", workerLimits(), serve);
    try (Service worker = Service.start(launch)) {
      var unused = await(worker, "serving version");
      Instant began = Instant.now();
      try (Service resumed = trainer()) {
        Seen from = await(resumed, "continues from version (\\d+)");
        // The version after the next is the first that swaps into a slot used before.
        long version = Long.parseLong(from.line().group(1)) + 2;
        Instant committed = await(resumed, "version " + version + " published").instant();
        Instant swapped = await(worker, "serving version " + version + "$").instant();
        times.row(
            model.size(), commit, seconds(began, from.instant()), seconds(committed, swapped));
        addMemory(memory, "trainer, resumed", trainerLimits(), resumed);
        addMemory(memory, "inference worker", workerLimits(), worker);
      }
    }
  }

  /** A line of a process, and when it came. */
  private record Seen(Matcher line, Instant instant) {}

  private static Seen await(Service process, String line) throws InterruptedException {
    Matcher found = process.awaitLine(Pattern.compile(line), LIMIT);
    return new Seen(found, Instant.now());
  }

  private void addMemory(Report.Table table, String who, List<String> limits, Service process) {
    Figure peak = ProcessMemory.megabytes(ProcessMemory.peak(process.pid()));
    table.row(model.size(), who, "`" + String.join(" ", limits) + "`", peak);
  }

  private Service trainer() {
    String never = Long.toString(Long.MAX_VALUE);
    List<String> train = List.of("train", "--spec", spec.toString(), "--set", "engine.threads=1");
    List<String> all =
        Launch.join(train, List.of("--checkpoint-interval-samples", never), arguments);
    return Service.start(
        context.java().launch("trainer", trainerLimits(), JavaRuntime.TIDEMILL, all));
  }

  private Instant createdAt(long version) {
    return Lineage.read(
            modelContext.clients(), modelContext.codec(), modelContext.topics(), "bench")
        .withPayload(version)
        .orElseThrow(() -> new BenchmarkException("version " + version + " is not in the lineage"))
        .getCreatedAt();
  }

  /** Two snapshots outside the heap; in the engine, the state and gradients of the weights. */
  private List<String> trainerLimits() {
    long state = model.layout().length() * Float.BYTES;
    return limits(384, 2 * state, state + 2 * weights() + activations());
  }

  /** The weights that versions are read into; in the engine, two slots. */
  private List<String> workerLimits() {
    return limits(128, weights(), 2 * (weights() + activations()));
  }

  private long weights() {
    return model.layout().parameterLength() * Float.BYTES;
  }

  /** The hidden layer's for a batch of 64: outputs of a linear and of a relu. */
  private long activations() {
    return 2L * 64 * model.hidden().get(0) * Float.BYTES;
  }

  private static List<String> limits(int heapMebibytes, long directBytes, long engineBytes) {
    return List.of(
        "-Xmx%dm".formatted(heapMebibytes),
        "-XX:MaxDirectMemorySize=%dm".formatted((directBytes >> 20) + CONSTANT),
        "-Dorg.bytedeco.javacpp.maxbytes=%dm".formatted((engineBytes >> 20) + CONSTANT));
  }

  private static Figure seconds(Instant from, Instant to) {
    return Figure.once(Duration.between(from, to).toNanos() / 1e9, "s");
  }
}
