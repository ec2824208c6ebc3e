package dev.tidemill.cli.run;

import dev.tidemill.messaging.status.ProcessIdentity;
import dev.tidemill.messaging.status.WorkerAnnouncer;
import dev.tidemill.runtime.MetricsServer;
import dev.tidemill.runtime.ResidentMemory;
import dev.tidemill.runtime.Worker;
import dev.tidemill.schemas.WorkerRole;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What a worker that takes part in training or serving announces of itself.
 *
 * @param version returns the version that it committed or serves; 0 if there is none
 * @param figures returns the worker's own figures, beside those of its process
 */
public record Announced(
    WorkerRole role, LongSupplier version, Supplier<Map<String, Double>> figures) {
  private static final String ANY_ADDRESS = "0.0.0.0";

  /** Starts to announce a worker; the caller closes the announcer after the worker. */
  public WorkerAnnouncer start(
      Worker worker, ModelContext context, Optional<MetricsServer> metrics) {
    WorkerAnnouncer announcer =
        new WorkerAnnouncer(
            context.clients(),
            context.codec(),
            context.topics().progress(),
            context.model(),
            worker,
            role,
            version,
            this::allFigures,
            process(context, metrics),
            Clock.systemUTC());
    announcer.start();
    return announcer;
  }

  private Map<String, Double> allFigures() {
    Map<String, Double> all = new TreeMap<>(figures.get());
    ResidentMemory.bytes().ifPresent(bytes -> all.put("resident.bytes", (double) bytes));
    return all;
  }

  private static ProcessIdentity process(ModelContext context, Optional<MetricsServer> metrics) {
    String host = hostName();
    String listens = context.settings().getString(MetricsServer.HOST);
    String reachable = listens.equals(ANY_ADDRESS) ? host : listens;
    return new ProcessIdentity(
        host,
        ProcessHandle.current().pid(),
        metrics.map(server -> reachable + ":" + server.port()).orElse(null),
        Release.name());
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }
}
