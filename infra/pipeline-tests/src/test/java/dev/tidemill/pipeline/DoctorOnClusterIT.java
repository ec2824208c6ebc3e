package dev.tidemill.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.local.EmbeddedCluster;
import dev.tidemill.testbed.Eventually;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.FeatureUpdate;
import org.apache.kafka.clients.admin.UpdateFeaturesOptions;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks what {@code doctor} finds on clusters of its own. */
class DoctorOnClusterIT {

  /** Everything is allowed that has no ACL, so that the test can deny single rights. */
  private static final Map<String, String> AUTHORIZER =
      Map.of(
          "authorizer.class.name",
          "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
          "allow.everyone.if.no.acl.found",
          "true");

  @Test
  void findsReplicasThatAreMissing(@TempDir Path folder) throws Exception {
    try (EmbeddedCluster cluster = EmbeddedCluster.start(folder, 3);
        Replicas replicas = new Replicas(cluster.bootstrapServers())) {
      Pipeline pipeline =
          Pipeline.create(cluster.bootstrapServers(), "replicas", "--replication-factor", "3");
      replicas.awaitInSync(3);
      Diagnosis healthy = Diagnosis.of(pipeline.run("doctor"));
      assertThat(healthy.status()).as("%s", healthy).isZero();
      assertThat(healthy.line("brokers")).contains("  ok  ", "3 brokers (1 at ");
      assertThat(healthy.line("replication")).contains("  ok  ", "at least 3 replicas");
      assertThat(healthy.lines("clocks")).hasSize(3);
      assertThat(healthy.lines("disk")).hasSize(3);

      cluster.stop(3);

      Eventually.await()
          .untilAsserted(
              () -> {
                Diagnosis diagnosis = Diagnosis.of(pipeline.run("doctor"));
                assertThat(diagnosis.status()).as("%s", diagnosis).isZero();
                assertThat(diagnosis.line("brokers"))
                    .contains("  warning  ", "broker 3 is registered, but does not run");
                assertThat(diagnosis.line("replication"))
                    .contains("  warning  ", "not every replica is in sync in ");
                assertThat(diagnosis.lines("transactions"))
                    .anyMatch(line -> line.contains("aborted one was not"));
              });
    }
  }

  @Test
  void findsTopicsThatLoseRecords(@TempDir Path folder) throws Exception {
    try (EmbeddedCluster cluster = EmbeddedCluster.start(folder, 3);
        Admin admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrapServers()))) {
      Pipeline single =
          Pipeline.create(
              cluster.bootstrapServers(), "single", "--replication-factor", "1", "--repair");
      Pipeline unsafe =
          Pipeline.create(cluster.bootstrapServers(), "unsafe", "--replication-factor", "3");
      set(admin, unsafe.topics.batches(), "unclean.leader.election.enable", "true");
      set(admin, unsafe.topics.requests(), "min.insync.replicas", "1");

      Diagnosis copies = Diagnosis.of(single.run("doctor", "--no-probe"));
      assertThat(copies.status()).as("%s", copies).isZero();
      assertThat(copies.lines("replication"))
          .anyMatch(line -> line.contains("replication factor 1 on 3 brokers"));
      Eventually.await()
          .untilAsserted(
              () -> {
                Diagnosis diagnosis = Diagnosis.of(unsafe.run("doctor", "--no-probe"));
                assertThat(diagnosis.status()).isEqualTo(1);
                assertThat(diagnosis.lines("replication"))
                    .anyMatch(
                        line ->
                            line.contains("  error  ")
                                && line.contains("unclean.leader.election.enable is true")
                                && line.contains(unsafe.topics.batches()))
                    .anyMatch(
                        line ->
                            line.contains("  warning  ")
                                && line.contains("min.insync.replicas is 1, must be 2")
                                && line.contains(unsafe.topics.requests()));
              });
    }
  }

  @Test
  void findsATransactionFeatureThatIsTooOld(@TempDir Path folder) throws Exception {
    try (EmbeddedCluster cluster = EmbeddedCluster.start(folder, 1);
        Admin admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrapServers()))) {
      Pipeline pipeline = Pipeline.create(cluster.bootstrapServers(), "features");
      FeatureUpdate older = new FeatureUpdate((short) 1, FeatureUpdate.UpgradeType.SAFE_DOWNGRADE);
      admin
          .updateFeatures(Map.of("transaction.version", older), new UpdateFeaturesOptions())
          .all()
          .get();

      Eventually.await()
          .untilAsserted(
              () -> {
                Diagnosis diagnosis = Diagnosis.of(pipeline.run("doctor", "--no-probe"));
                assertThat(diagnosis.status()).isEqualTo(1);
                assertThat(diagnosis.line("brokers"))
                    .contains(
                        "  error  ",
                        "transaction.version is 1, must be at least 2",
                        "fix: kafka-features --bootstrap-server ");
              });
    }
  }

  @Test
  void namesTheRightsThatARoleLacks(@TempDir Path folder) throws Exception {
    try (EmbeddedCluster cluster = EmbeddedCluster.start(folder, 1, AUTHORIZER);
        Admin admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrapServers()))) {
      Pipeline pipeline = Pipeline.create(cluster.bootstrapServers(), "rights");
      Diagnosis open = Diagnosis.of(pipeline.run("doctor"));
      assertThat(open.status()).as("%s", open).isZero();
      assertThat(open.line("rights"))
          .contains("  ok  ", "this principal has the rights of producer, trainer, ");
      reserve(admin, ResourceType.TOPIC, pipeline.topics.batches(), PatternType.LITERAL);
      reserve(
          admin,
          ResourceType.TRANSACTIONAL_ID,
          "tidemill-" + pipeline.model + "-trainer",
          PatternType.PREFIXED);

      Eventually.await()
          .untilAsserted(
              () -> {
                Diagnosis diagnosis =
                    Diagnosis.of(
                        pipeline.run("doctor", "--no-probe", "--role", "producer,trainer,caller"));
                assertThat(diagnosis.status()).isEqualTo(1);
                assertThat(diagnosis.lines("rights"))
                    .hasSize(3)
                    .anyMatch(
                        line ->
                            line.contains("  error  ")
                                && line.contains("role producer lacks write and describe")
                                && line.contains("on topic " + pipeline.topics.batches())
                                && line.contains("fix: kafka-acls --bootstrap-server "))
                    .anyMatch(
                        line ->
                            line.contains("role trainer lacks")
                                && line.contains(
                                    "transactional id tidemill-" + pipeline.model + "-trainer*"))
                    .anyMatch(line -> line.contains("has the rights of caller"));
                assertThat(diagnosis.line("topics"))
                    .contains("  not checked  ", "no right to use a topic", "topics acls");
              });
    }
  }

  /** Allows only somebody else to use a resource. */
  private static void reserve(Admin admin, ResourceType type, String name, PatternType pattern)
      throws Exception {
    AclBinding other =
        new AclBinding(
            new ResourcePattern(type, name, pattern),
            new AccessControlEntry(
                "User:somebody-else", "*", AclOperation.ALL, AclPermissionType.ALLOW));
    admin.createAcls(List.of(other)).all().get();
  }

  private static void set(Admin admin, String topic, String setting, String value)
      throws Exception {
    Map<ConfigResource, Collection<AlterConfigOp>> change =
        Map.of(
            new ConfigResource(ConfigResource.Type.TOPIC, topic),
            List.of(new AlterConfigOp(new ConfigEntry(setting, value), AlterConfigOp.OpType.SET)));
    admin.incrementalAlterConfigs(change).all().get();
  }
}
