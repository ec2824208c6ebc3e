package dev.tidemill.chaos.injection;

import dev.tidemill.chaos.cluster.Cluster;
import dev.tidemill.chaos.cluster.Topology;
import dev.tidemill.chaos.network.Link;
import dev.tidemill.chaos.pipeline.Model;
import dev.tidemill.chaos.process.Worker;
import dev.tidemill.chaos.schedule.PlannedFault;
import dev.tidemill.chaos.schedule.Role;
import dev.tidemill.chaos.schedule.Target;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Begins and ends faults. Any thread; the schedule has one fault of a target at a time. */
public final class FaultInjector implements AutoCloseable {
  private static final long SLOW_BYTES_PER_SECOND = 2_000;
  private static final long DELAY_MILLIS = 700;

  private final Cluster cluster;
  private final Topology topology;
  private final Map<Target, Worker> workers;
  private final PoisonSender poison;
  private final Map<Integer, Target> held = new ConcurrentHashMap<>();

  public FaultInjector(Cluster cluster, Topology topology, Map<Target, Worker> workers) {
    this.cluster = cluster;
    this.topology = topology;
    this.workers = Map.copyOf(workers);
    this.poison = new PoisonSender(cluster.bootstrapServers());
  }

  /** Begins a fault; returns what it did. */
  public Effect begin(PlannedFault fault) throws Exception {
    Target target = fault.target();
    return switch (fault.kind()) {
      case KILL, KILL_BROKER -> process(worker(target).kill());
      case STOP, STALL_BROKER -> process(worker(target).signal("STOP"));
      case CUT -> connections(link(target).cut());
      case SLOW -> connections(link(target).slow(SLOW_BYTES_PER_SECOND));
      case DELAY -> connections(link(target).delay(DELAY_MILLIS));
      case HALF_OPEN -> connections(link(target).halfOpen());
      case LATE_COMMIT -> hold(fault);
      case MOVE_LEADERS -> moved(topology.lead(target.number()));
      case POISON_BATCHES -> poison.send(Model.topic("batches"));
      case POISON_REQUESTS -> poison.send(Model.topic("requests"));
      case ADD_BATCH_PARTITION -> added("batches");
      case ADD_REQUEST_PARTITION -> addedForRequests();
    };
  }

  /** Ends a fault; returns what it did in the meantime, given what it did at its beginning. */
  public Effect end(PlannedFault fault, Effect began) throws Exception {
    Target target = fault.target();
    return switch (fault.kind()) {
      case KILL, KILL_BROKER -> {
        worker(target).revive();
        yield began;
      }
      case STOP, STALL_BROKER ->
          worker(target).signal("CONT")
              ? began
              : Effect.of(began.happened(), began.note() + "; it was gone before it could go on");
      case CUT, SLOW, DELAY, HALF_OPEN -> {
        boolean unused = link(target).restore();
        yield began;
      }
      case LATE_COMMIT -> began.happened() ? release(fault) : began;
      default -> began;
    };
  }

  /** Of the trainers, only the leader ends transactions. */
  private Effect hold(PlannedFault fault) {
    Target target = fault.target();
    Target holds = target;
    for (int number = 1; number <= target.role().processes(); number++) {
      Target other = new Target(target.role(), number);
      if (target.role() == Role.TRAINER
          && link(other).lastEndNanos() > link(holds).lastEndNanos()) {
        holds = other;
      }
    }
    if (!link(holds).isWell()) {
      return Effect.of(false, "the connections of " + holds + " have another fault");
    }
    held.put(fault.number(), holds);
    Effect effect = connections(link(holds).holdNextEnd(fault.lastsMillis()));
    if (!effect.happened()) {
      boolean unused = link(holds).restore();
    }
    return effect;
  }

  private Effect release(PlannedFault fault) {
    Target holds = held.getOrDefault(fault.number(), fault.target());
    return link(holds).restore()
        ? Effect.of(true, "one request of " + holds)
        : Effect.of(false, holds + " ended no transaction meanwhile");
  }

  private Worker worker(Target target) {
    Worker worker =
        target.role() == Role.BROKER ? cluster.broker(target.number()) : workers.get(target);
    if (worker == null) {
      throw new IllegalArgumentException("there is no " + target);
    }
    return worker;
  }

  private Link link(Target target) {
    return cluster.link(target);
  }

  private static Effect process(boolean happened) {
    return Effect.of(happened, happened ? "its process" : "it had no process");
  }

  private static Effect connections(int count) {
    return Effect.of(count > 0, count + " connections");
  }

  private static Effect moved(int partitions) {
    return Effect.of(partitions > 0, partitions + " partitions moved");
  }

  private Effect added(String topic) throws Exception {
    topology.addPartition(Model.topic(topic));
    return Effect.of(true, topic + " has " + topology.partitions(Model.topic(topic)));
  }

  /** Predictions first: an inference worker answers in the partition of the request. */
  private Effect addedForRequests() throws Exception {
    Effect unused = added("predictions");
    unused = added("labels");
    return added("requests");
  }

  @Override
  public void close() {
    poison.close();
  }
}
