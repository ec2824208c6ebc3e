package dev.tidemill.cli.doctor;

import dev.tidemill.messaging.KafkaResult;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.apache.kafka.common.Node;

/** Examines the brokers' log folders: whether they work, and how much space is left. */
final class DiskCheck implements Check {
  private final ClusterAccess cluster;

  DiskCheck(ClusterAccess cluster) {
    this.cluster = cluster;
  }

  @Override
  public String name() {
    return "disk";
  }

  @Override
  public List<Finding> run() {
    List<Integer> brokers = cluster.brokers().stream().map(Node::id).sorted().toList();
    List<Finding> findings = new ArrayList<>();
    var described = KafkaResult.get(cluster.admin().describeLogDirs(brokers).allDescriptions());
    described.forEach(
        (broker, folders) ->
            folders.forEach(
                (path, folder) ->
                    findings.add(
                        new LogFolder(
                                broker,
                                path,
                                folder.error() == null ? "" : folder.error().toString(),
                                bytes(folder.totalBytes()),
                                bytes(folder.usableBytes()))
                            .finding())));
    return findings;
  }

  private static long bytes(OptionalLong bytes) {
    return bytes.orElse(LogFolder.UNKNOWN);
  }
}
