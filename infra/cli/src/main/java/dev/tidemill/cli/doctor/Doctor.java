package dev.tidemill.cli.doctor;

import dev.tidemill.cli.rights.PrincipalRole;
import dev.tidemill.cli.run.Shutdown;
import java.time.Clock;
import java.util.List;
import java.util.Set;

/** The checks of a cluster, from the brokers up to the pipeline. */
public final class Doctor {
  private Doctor() {}

  /**
   * Returns all checks in the order in which they run.
   *
   * @param roles the roles that the principal must be able to take; empty if any will do
   * @param probes whether the checks may write
   */
  public static List<Check> checks(
      ClusterAccess cluster, Set<PrincipalRole> roles, boolean probes, Shutdown shutdown) {
    AnnouncedWorkers workers = new AnnouncedWorkers(cluster, shutdown);
    Clock clock = Clock.systemUTC();
    return List.of(
        new BrokerCheck(cluster),
        new TopicCheck(cluster),
        new ReplicationCheck(cluster),
        new RightsCheck(cluster, roles),
        new TransactionCheck(cluster, probes, clock),
        new ClockCheck(cluster, probes, clock),
        new DiskCheck(cluster),
        new WorkerCheck(workers, cluster.context().model()),
        new PipelineCheck(cluster, workers, probes));
  }
}
