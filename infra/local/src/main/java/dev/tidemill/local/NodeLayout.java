package dev.tidemill.local;

import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;

/**
 * The directory and ports of one node, and its Kafka settings.
 *
 * @param id 1 for the node that is also the controller
 * @param brokers the number of brokers, which sets the replication of the internal topics
 * @param more Kafka settings that override those of this class
 */
record NodeLayout(
    int id,
    Path dataDirectory,
    int port,
    int controllerPort,
    int brokers,
    Map<String, String> more) {
  static final int CONTROLLER_ID = 1;
  static final String HOST = "127.0.0.1";

  String address() {
    return HOST + ":" + port;
  }

  /** Returns the settings to format the directory and to start the broker. */
  Properties properties() {
    Properties kafka = new Properties();
    place(kafka);
    replication(kafka);
    sizeForOneProcess(kafka);
    kafka.putAll(more);
    return kafka;
  }

  private void place(Properties kafka) {
    boolean controls = id == CONTROLLER_ID;
    String listener = "PLAINTEXT://" + address();
    String controller = HOST + ":" + controllerPort;
    kafka.put("node.id", Integer.toString(id));
    kafka.put("process.roles", controls ? "broker,controller" : "broker");
    kafka.put("controller.quorum.voters", CONTROLLER_ID + "@" + controller);
    kafka.put("controller.listener.names", "CONTROLLER");
    kafka.put("listeners", controls ? listener + ",CONTROLLER://" + controller : listener);
    kafka.put("advertised.listeners", listener);
    kafka.put("listener.security.protocol.map", "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT");
    kafka.put("log.dirs", DataDirectory.logDirectory(dataDirectory).toString());
    // A missing topic must be an error, not a topic with default settings.
    kafka.put("auto.create.topics.enable", "false");
  }

  private void replication(Properties kafka) {
    String replicas = Integer.toString(Math.min(3, brokers));
    String inSync = Integer.toString(Math.min(2, brokers));
    if (id == CONTROLLER_ID) {
      kafka.put("default.replication.factor", replicas);
      kafka.put("min.insync.replicas", inSync);
    }
    kafka.put("offsets.topic.num.partitions", "1");
    kafka.put("offsets.topic.replication.factor", replicas);
    kafka.put("transaction.state.log.num.partitions", "1");
    kafka.put("transaction.state.log.replication.factor", replicas);
    kafka.put("transaction.state.log.min.isr", inSync);
    // The retry interval of a transaction that begins before the previous one has ended.
    kafka.put("add.partitions.to.txn.retry.backoff.ms", "2");
    kafka.put("share.coordinator.state.topic.num.partitions", "1");
    kafka.put("share.coordinator.state.topic.replication.factor", replicas);
    kafka.put("share.coordinator.state.topic.min.isr", inSync);
  }

  private static void sizeForOneProcess(Properties kafka) {
    kafka.put("num.network.threads", "2");
    kafka.put("num.io.threads", "4");
    kafka.put("background.threads", "2");
    kafka.put("log.cleaner.dedupe.buffer.size", "2097152");
    // A group's members start together here, so waiting for more only delays them.
    kafka.put("group.initial.rebalance.delay.ms", "0");
    kafka.put("group.min.session.timeout.ms", "1000");
    // Detects a dead broker within seconds, but does not mistake a busy one for dead.
    kafka.put("broker.session.timeout.ms", "9000");
    kafka.put("broker.heartbeat.interval.ms", "500");
  }
}
