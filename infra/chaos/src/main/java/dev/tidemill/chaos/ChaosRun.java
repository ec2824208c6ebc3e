package dev.tidemill.chaos;

import dev.tidemill.chaos.audit.Audit;
import dev.tidemill.chaos.audit.Backlog;
import dev.tidemill.chaos.audit.Facts;
import dev.tidemill.chaos.cluster.Cluster;
import dev.tidemill.chaos.cluster.Topology;
import dev.tidemill.chaos.injection.Campaign;
import dev.tidemill.chaos.injection.FaultInjector;
import dev.tidemill.chaos.injection.InjectedFault;
import dev.tidemill.chaos.pipeline.Caller.Acknowledged;
import dev.tidemill.chaos.pipeline.Model;
import dev.tidemill.chaos.process.ChildProcess;
import dev.tidemill.chaos.report.RunResult;
import dev.tidemill.chaos.schedule.Role;
import dev.tidemill.chaos.schedule.Schedule;
import dev.tidemill.chaos.watch.Observer;
import dev.tidemill.testbed.guarantee.Verdict;
import dev.tidemill.testbed.history.History;
import dev.tidemill.testbed.history.HistoryReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.common.KafkaException;

/** A run: starts the processes, injects the faults, heals, drains and audits. One thread. */
final class ChaosRun implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofMinutes(4);
  private static final Duration HEAL_LIMIT = Duration.ofMinutes(2);
  private static final Duration DRAIN_LIMIT = Duration.ofMinutes(3);
  private static final long POLL_MILLIS = 500;
  private static final long BACKLOG_POLL_MILLIS = 2_000;
  private static final Backlog UNKNOWN = new Backlog(-1, -1);

  private final Schedule schedule;
  private final Consumer<String> say;
  private final Path acknowledged;
  private final Cluster cluster;
  private final Topology topology;
  private final Observer observer;
  private final Fleet fleet;
  private final HistoryReader reader;
  private List<InjectedFault> faults = List.of();
  private List<String> unfinished = List.of();
  private Backlog backlog = UNKNOWN;
  private long lengthMillis;
  private long drainMillis;

  private ChaosRun(Schedule schedule, Consumer<String> say, Path folder, Cluster cluster)
      throws IOException {
    this.schedule = schedule;
    this.say = say;
    this.cluster = cluster;
    this.acknowledged = Files.createDirectories(folder.resolve("acknowledged"));
    this.topology = new Topology(cluster.bootstrapServers(), Role.BROKER.processes());
    this.observer =
        new Observer(
            cluster.bootstrapServers(),
            Map.of(
                Model.topic("batches"), Role.PRODUCER,
                Model.topic("checkpoints"), Role.TRAINER,
                Model.topic("predictions"), Role.INFERENCE,
                Model.topic("requests"), Role.CALLER));
    Path output = folder.resolve("logs");
    this.fleet =
        new Fleet(cluster, Model.in(folder), output, acknowledged, observer::newestVersion);
    this.reader = HistoryReader.of(cluster.bootstrapServers(), Model.PREFIX, Model.NAME);
  }

  /**
   * Starts all processes; returns when each role has made progress.
   *
   * @param folder of the logs and the data
   * @param say receives lines that tell what happens
   * @throws IllegalStateException if they do not get that far; the message names the logs
   */
  static ChaosRun start(Schedule schedule, Path folder, Consumer<String> say) throws Exception {
    long began = System.nanoTime();
    Path data = Files.createDirectories(folder.resolve("data"));
    Path logs = Files.createDirectories(folder.resolve("logs"));
    ChaosRun run = new ChaosRun(schedule, say, folder, Cluster.start(data, logs));
    try {
      run.startAll(logs);
      say.accept("all processes work after " + seconds(began));
      return run;
    } catch (Exception e) {
      run.close();
      throw e;
    }
  }

  private void startAll(Path logs) throws Exception {
    if (!topology.awaitWhole(START_LIMIT)) {
      throw new IllegalStateException("the brokers did not start; their logs are in " + logs);
    }
    Model model = Model.in(logs.resolveSibling("data"));
    Path log = logs.resolve("topics.log");
    try (ChildProcess create =
        ChildProcess.start(model.createTopics(cluster.bootstrapServers()), log)) {
      if (!create.awaitEnd(START_LIMIT) || create.status().orElseThrow() != 0) {
        throw new IllegalStateException("the topics were not created: " + create.lastWords());
      }
    }
    observer.start();
    fleet.start();
    awaitProgress(logs);
  }

  private void awaitProgress(Path logs) throws InterruptedException {
    long deadline = System.nanoTime() + START_LIMIT.toNanos();
    for (Role role : List.of(Role.PRODUCER, Role.TRAINER, Role.CALLER, Role.INFERENCE)) {
      while (observer.count(role) == 0) {
        if (System.nanoTime() > deadline) {
          throw new IllegalStateException(
              "no " + role + " got to work; the processes' logs are in " + logs);
        }
        Thread.sleep(POLL_MILLIS);
      }
    }
  }

  /** Returns the addresses of the brokers that pass no proxy. */
  String bootstrapServers() {
    return cluster.bootstrapServers();
  }

  /** Injects all faults; returns when the last one has ended. */
  void inject() throws InterruptedException {
    observer.beginSchedule();
    try (FaultInjector injector = new FaultInjector(cluster, topology, fleet.workers())) {
      faults = new Campaign(injector, observer::nowMillis, this::tell).run(schedule);
    }
    lengthMillis = observer.nowMillis();
  }

  private void tell(InjectedFault fault) {
    say.accept(
        String.format(
            Locale.ROOT,
            "%6.1f s  %s %s: %s%s",
            fault.beganMillis() / 1e3,
            fault.planned().kind(),
            fault.planned().target(),
            fault.effect().happened() ? "" : "NO EFFECT: ",
            fault.effect().note()));
  }

  /** Waits until all is trained and answered, and ends the workers. */
  void drain() throws Exception {
    long began = System.nanoTime();
    List<String> left = new ArrayList<>();
    if (!topology.awaitWhole(HEAL_LIMIT)) {
      left.add("not all replicas are in sync again");
    }
    say.accept("healed after " + seconds(began) + "; draining");
    fleet.end(Role.CALLER);
    left.addAll(fleet.finishProducers(DRAIN_LIMIT));
    awaitEmptyBacklog();
    fleet.end(Role.TRAINER);
    fleet.end(Role.INFERENCE);
    drainMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
    unfinished = List.copyOf(left);
  }

  private void awaitEmptyBacklog() throws InterruptedException {
    long deadline = System.nanoTime() + DRAIN_LIMIT.toNanos();
    while (!backlog.isEmpty() && System.nanoTime() < deadline) {
      try {
        backlog = Backlog.of(read());
      } catch (IllegalStateException e) {
        say.accept(String.valueOf(e.getMessage()));
      }
      Thread.sleep(BACKLOG_POLL_MILLIS);
    }
  }

  /** Checks the committed records. Can be called again. */
  RunResult audit() throws IOException {
    History history = read();
    Facts facts =
        new Facts(fleet.sent(), Acknowledged.readAll(acknowledged), fleet.killedTrainers());
    Verdict verdict = Audit.of(history, facts);
    return new RunResult(
        schedule,
        faults,
        lengthMillis,
        drainMillis,
        observer.progress(),
        history,
        backlog,
        unfinished,
        fleet.starts(),
        fleet.unexpectedEnds(),
        verdict);
  }

  private History read() {
    try {
      return reader.read();
    } catch (AssertionError | KafkaException e) {
      throw new IllegalStateException("the topics cannot be read: " + e.getMessage(), e);
    }
  }

  private static String seconds(long sinceNanos) {
    return String.format(Locale.ROOT, "%.1f s", (System.nanoTime() - sinceNanos) / 1e9);
  }

  /** Kills all processes. */
  @Override
  public void close() {
    fleet.close();
    observer.close();
    topology.close();
    cluster.close();
  }
}
