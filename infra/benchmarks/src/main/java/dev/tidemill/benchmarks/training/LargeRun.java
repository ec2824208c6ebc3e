package dev.tidemill.benchmarks.training;

import dev.tidemill.benchmarks.BenchContext;
import dev.tidemill.benchmarks.BenchmarkException;
import dev.tidemill.benchmarks.Broker;
import dev.tidemill.benchmarks.Service;
import dev.tidemill.checkpoints.Lineage;
import dev.tidemill.cli.run.ModelContext;
import dev.tidemill.messaging.TopicAdmin;
import dev.tidemill.messaging.TopicPlan;
import dev.tidemill.schemas.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One model's way: a trainer publishes it and ends, a worker serves it, and a second trainer goes
 * on and publishes what the worker swaps to.
 */
final class LargeRun {
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final String MAIN = "dev.tidemill.cli.Tidemill";
  private static final int MEBIBYTE = 1 << 20;

  /** Mebibytes for all that is not of the model's size. */
  private static final int BESIDE = 64;

  private final BenchContext context;
  private final LargeModel model;
  private final ModelContext site;
  private final List<String> arguments;
  private final Path spec;

  LargeRun(BenchContext context, Broker broker, LargeModel model) throws IOException {
    this.context = context;
    this.model = model;
    this.site =
        ModelContext.of(
            Map.of("model", model.model(), "bootstrap.servers", broker.bootstrapServers()));
    this.arguments =
        List.of(
            "--model",
            model.model(),
            "--bootstrap-server",
            broker.bootstrapServers(),
            "--set",
            "topic.batches=" + FilledLog.BATCHES.batches());
    this.spec = context.folder("large-").resolve("spec.yaml");
    Files.writeString(spec, model.spec().toYaml());
  }

  /** How long each part took, and the most memory that each process had resident, in bytes. */
  record Passed(
      double commitSeconds,
      double resumeSeconds,
      double swapSeconds,
      long trainerPeak,
      long resumedPeak,
      long workerPeak) {}

  /** Two snapshots outside the heap; in the engine, the state and gradients of the weights. */
  static List<String> trainerLimits(LargeModel model) {
    return limits(
        384,
        2 * model.stateBytes(),
        model.stateBytes() + 2 * model.weightBytes() + model.activationBytes());
  }

  /** The weights that versions are read into; in the engine, two slots. */
  static List<String> workerLimits(LargeModel model) {
    return limits(128, model.weightBytes(), 2 * (model.weightBytes() + model.activationBytes()));
  }

  private static List<String> limits(int heapMebibytes, long directBytes, long engineBytes) {
    return List.of(
        "-Xmx%dm".formatted(heapMebibytes),
        "-XX:MaxDirectMemorySize=%dm".formatted(directBytes / MEBIBYTE + BESIDE),
        "-Dorg.bytedeco.javacpp.maxbytes=%dm".formatted(engineBytes / MEBIBYTE + BESIDE));
  }

  Passed pass() throws InterruptedException {
    try (TopicAdmin admin = site.openAdmin()) {
      Topics own = Topics.of("tidemill", model.model());
      List<String> unused = admin.create(own, TopicPlan.standard());
    }
    double commit;
    long trainerPeak;
    try (Service trainer = trainer()) {
      Instant committed = published(trainer, 2);
      commit = seconds(createdAt(2), committed);
      trainerPeak = peak(trainer);
    }
    try (Service worker = worker()) {
      return resume(commit, trainerPeak, worker);
    }
  }

  private Passed resume(double commit, long trainerPeak, Service worker)
      throws InterruptedException {
    Instant began = Instant.now();
    try (Service resumed = trainer()) {
      Matcher from = resumed.awaitLine(Pattern.compile("continues from version (\\d+)"), LIMIT);
      double resume = seconds(began, Instant.now());
      // The version after the next is the first that finds its slot used before.
      long version = Long.parseLong(from.group(1)) + 2;
      Instant committed = published(resumed, version);
      var unused = worker.awaitLine(Pattern.compile("serving version " + version + "$"), LIMIT);
      double swap = seconds(committed, Instant.now());
      return new Passed(commit, resume, swap, trainerPeak, peak(resumed), peak(worker));
    }
  }

  private Service trainer() {
    List<String> all = new ArrayList<>(List.of("train", "--spec", spec.toString()));
    all.addAll(arguments);
    all.addAll(List.of("--checkpoint-interval-samples", Long.toString(Long.MAX_VALUE)));
    all.addAll(List.of("--set", "engine.threads=1"));
    return Service.start(context.java().launch("trainer", trainerLimits(model), MAIN, all));
  }

  /** As {@code ./tidemill serve} starts it; its first version is served when this returns. */
  private Service worker() throws InterruptedException {
    List<String> flags = new ArrayList<>(workerLimits(model));
    flags.addAll(List.of("-XX:+UseSerialGC", "-Xms48m", "-XX:NewSize=24m"));
    List<String> all = new ArrayList<>(List.of("serve"));
    all.addAll(arguments);
    Service worker =
        Service.start(
            context
                .java()
                .launch("worker", flags, MAIN, all)
                .withEnvironment(Map.of("MALLOC_ARENA_MAX", "2")));
    try {
      var unused = worker.awaitLine(Pattern.compile("serving version"), LIMIT);
      return worker;
    } catch (BenchmarkException | InterruptedException e) {
      worker.close();
      throw e;
    }
  }

  private static Instant published(Service trainer, long version) throws InterruptedException {
    var unused = trainer.awaitLine(Pattern.compile("version " + version + " published"), LIMIT);
    return Instant.now();
  }

  private Instant createdAt(long version) {
    return Lineage.read(site.clients(), site.codec(), site.topics(), "bench")
        .withPayload(version)
        .orElseThrow(() -> new BenchmarkException("version " + version + " is not in the lineage"))
        .getCreatedAt();
  }

  private static double seconds(Instant from, Instant to) {
    return Duration.between(from, to).toNanos() / 1e9;
  }

  /** The most that was resident so far, in bytes. */
  private static long peak(Service service) {
    Path status = Path.of("/proc/" + service.pid() + "/status");
    try {
      Matcher peak = Pattern.compile("(?m)^VmHWM:\\s+(\\d+) kB$").matcher(Files.readString(status));
      if (peak.find()) {
        return Long.parseLong(peak.group(1)) * 1024;
      }
      throw new BenchmarkException(status + " has no VmHWM");
    } catch (IOException e) {
      throw new BenchmarkException(status + " cannot be read", e);
    }
  }
}
