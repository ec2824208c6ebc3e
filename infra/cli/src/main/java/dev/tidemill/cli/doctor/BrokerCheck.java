package dev.tidemill.cli.doctor;

import dev.tidemill.messaging.KafkaResult;
import dev.tidemill.messaging.TopicRole;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.DescribeClusterResult;
import org.apache.kafka.clients.admin.DescribeFeaturesOptions;
import org.apache.kafka.clients.admin.FeatureMetadata;
import org.apache.kafka.clients.admin.FinalizedVersionRange;
import org.apache.kafka.common.Node;

/**
 * Examines the brokers: which run, whether they have the same versions, and whether their features
 * meet the topic contract.
 */
final class BrokerCheck implements Check {
  private static final String METADATA = "metadata.version";
  private static final String TRANSACTION = "transaction.version";

  private final ClusterAccess cluster;

  BrokerCheck(ClusterAccess cluster) {
    this.cluster = cluster;
  }

  @Override
  public String name() {
    return "brokers";
  }

  @Override
  public List<Finding> run() {
    DescribeClusterResult described =
        cluster.admin().describeCluster(new DescribeClusterOptions().includeFencedBrokers(true));
    Collection<Node> nodes = KafkaResult.get(described.nodes());
    List<Node> running =
        nodes.stream()
            .filter(node -> !node.isFenced())
            .sorted(Comparator.comparingInt(Node::id))
            .toList();
    List<Finding> findings = new ArrayList<>();
    nodes.stream().filter(Node::isFenced).map(this::fenced).forEach(findings::add);
    cluster.topics().checkBrokers(cluster.context().contract(TopicRole.OWNER)).stream()
        .map(Finding::of)
        .forEach(findings::add);
    Map<Integer, FeatureMetadata> features = features(running);
    findings.addAll(differences(features));
    if (findings.isEmpty()) {
      findings.add(Finding.ok(summary(running, features)));
    }
    return findings;
  }

  private Finding fenced(Node node) {
    return Finding.warning(
        "broker " + node.id() + " is registered, but does not run (it is fenced)",
        "start it, or if it is gone for good: kafka-cluster unregister --bootstrap-server "
            + cluster.bootstrapServers()
            + " --id "
            + node.id());
  }

  private Map<Integer, FeatureMetadata> features(List<Node> nodes) {
    Map<Integer, FeatureMetadata> features = new TreeMap<>();
    for (Node node : nodes) {
      features.put(
          node.id(),
          KafkaResult.get(
              cluster
                  .admin()
                  .describeFeatures(new DescribeFeaturesOptions().nodeId(node.id()))
                  .featureMetadata()));
    }
    return features;
  }

  /** Returns a warning for each feature whose versions differ between brokers. */
  private static List<Finding> differences(Map<Integer, FeatureMetadata> features) {
    List<Finding> findings = new ArrayList<>();
    for (String feature : List.of(METADATA, TRANSACTION)) {
      Map<Integer, String> supported = new LinkedHashMap<>();
      features.forEach((broker, its) -> supported.put(broker, supported(its, feature)));
      if (supported.values().stream().distinct().count() > 1) {
        findings.add(
            Finding.warning(
                "the brokers support different versions of "
                    + feature
                    + ": "
                    + supported.entrySet().stream()
                        .map(each -> "broker " + each.getKey() + " " + each.getValue())
                        .collect(Collectors.joining(", ")),
                "finish the upgrade: run the same release of Kafka on each broker"));
      }
    }
    return findings;
  }

  private static String supported(FeatureMetadata features, String feature) {
    var range = features.supportedFeatures().get(feature);
    return range == null ? "none" : range.minVersion() + " to " + range.maxVersion();
  }

  private String summary(List<Node> running, Map<Integer, FeatureMetadata> features) {
    FeatureMetadata any = features.values().iterator().next();
    return Words.count(running.size(), "broker")
        + " ("
        + running.stream()
            .map(node -> node.id() + " at " + node.host() + ":" + node.port())
            .collect(Collectors.joining(", "))
        + "), "
        + METADATA
        + " "
        + finalized(any, METADATA)
        + ", "
        + TRANSACTION
        + " "
        + finalized(any, TRANSACTION);
  }

  private static String finalized(FeatureMetadata features, String feature) {
    FinalizedVersionRange range = features.finalizedFeatures().get(feature);
    return range == null ? "0" : Integer.toString(range.maxVersionLevel());
  }
}
