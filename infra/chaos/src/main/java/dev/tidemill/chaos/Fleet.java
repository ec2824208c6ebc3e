package dev.tidemill.chaos;

import dev.tidemill.chaos.cluster.Cluster;
import dev.tidemill.chaos.pipeline.CallerJob;
import dev.tidemill.chaos.pipeline.Model;
import dev.tidemill.chaos.pipeline.ProducerJob;
import dev.tidemill.chaos.pipeline.ServingJob;
import dev.tidemill.chaos.pipeline.TrainerJob;
import dev.tidemill.chaos.process.Job;
import dev.tidemill.chaos.process.Worker;
import dev.tidemill.chaos.schedule.Role;
import dev.tidemill.chaos.schedule.Target;
import dev.tidemill.testbed.history.LeadershipEnd;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * All workers of a run. A thread of its own starts those again that end by themselves. Any thread.
 */
final class Fleet implements AutoCloseable {
  private static final long CHECK_MILLIS = 250;
  private static final Duration END_LIMIT = Duration.ofSeconds(20);

  private final Cluster cluster;
  private final Map<Target, Worker> workers = new LinkedHashMap<>();
  private final List<ProducerJob> producers = new ArrayList<>();
  private final List<TrainerJob> trainers = new ArrayList<>();
  private final Thread supervisor = new Thread(this::supervise, "supervisor");
  private volatile boolean closed;

  Fleet(Cluster cluster, Model model, Path output, Path acknowledged, LongSupplier newestVersion) {
    this.cluster = cluster;
    for (Target target : Target.workers()) {
      String brokers = cluster.bootstrapServers(target);
      Job job = job(target, brokers, model, acknowledged, newestVersion);
      workers.put(target, new Worker(target, job, output));
    }
  }

  private Job job(
      Target target, String brokers, Model model, Path acknowledged, LongSupplier newestVersion) {
    int number = target.number();
    return switch (target.role()) {
      case PRODUCER -> add(producers, new ProducerJob(number, brokers));
      case TRAINER -> add(trainers, new TrainerJob(model, number, brokers, newestVersion));
      case INFERENCE -> new ServingJob(number, brokers);
      case CALLER -> new CallerJob(number, brokers, acknowledged);
      case BROKER -> throw new IllegalArgumentException("a broker is no worker");
    };
  }

  private static <T> T add(List<T> jobs, T job) {
    jobs.add(job);
    return job;
  }

  /** Starts all workers and returns at once. */
  void start() {
    workers.values().forEach(Worker::start);
    supervisor.setDaemon(true);
    supervisor.start();
  }

  private void supervise() {
    while (!closed) {
      cluster.brokers().forEach(Worker::check);
      workers.values().forEach(Worker::check);
      try {
        TimeUnit.MILLISECONDS.sleep(CHECK_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  Map<Target, Worker> workers() {
    return Map.copyOf(workers);
  }

  /** Ends all workers of a role, and starts none again. */
  void end(Role role) throws IOException, InterruptedException {
    for (Worker worker : of(role)) {
      worker.end(END_LIMIT);
    }
  }

  /**
   * Lets the producers finish the source that they are sending.
   *
   * @return those that have not within the limit
   */
  List<String> finishProducers(Duration limit) throws InterruptedException {
    producers.forEach(ProducerJob::stop);
    long deadline = System.nanoTime() + limit.toNanos();
    while (System.nanoTime() < deadline && !of(Role.PRODUCER).stream().allMatch(Worker::isDone)) {
      TimeUnit.MILLISECONDS.sleep(CHECK_MILLIS);
    }
    return of(Role.PRODUCER).stream()
        .filter(worker -> !worker.isDone())
        .map(worker -> worker.target() + " has not sent its source to the end")
        .toList();
  }

  private List<Worker> of(Role role) {
    return workers.values().stream().filter(worker -> worker.target().role() == role).toList();
  }

  /** Returns the samples of each source that was sent to its end. */
  Map<String, Long> sent() {
    Map<String, Long> sent = new HashMap<>();
    producers.forEach(producer -> sent.putAll(producer.complete()));
    return sent;
  }

  List<LeadershipEnd> killedTrainers() {
    List<LeadershipEnd> ends = new ArrayList<>();
    trainers.forEach(
        trainer -> trainer.ends().forEach((name, last) -> ends.add(new LeadershipEnd(name, last))));
    return ends;
  }

  int starts() {
    return workers.values().stream().mapToInt(Worker::starts).sum()
        + cluster.brokers().stream().mapToInt(Worker::starts).sum();
  }

  List<String> unexpectedEnds() {
    List<String> ends = new ArrayList<>();
    cluster.brokers().forEach(broker -> ends.addAll(broker.unexpectedEnds()));
    workers.values().forEach(worker -> ends.addAll(worker.unexpectedEnds()));
    return ends;
  }

  @Override
  public void close() {
    closed = true;
    supervisor.interrupt();
    workers.values().forEach(Worker::close);
  }
}
