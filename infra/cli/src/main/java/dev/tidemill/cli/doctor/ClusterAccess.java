package dev.tidemill.cli.doctor;

import dev.tidemill.cli.run.ModelContext;
import dev.tidemill.messaging.KafkaResult;
import dev.tidemill.messaging.TopicAdmin;
import dev.tidemill.messaging.UnreachableBrokerException;
import java.time.Duration;
import java.util.Collection;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.common.Node;
import org.jspecify.annotations.Nullable;

/** What the checks share: a model's context, and admin clients. One thread at a time. */
public final class ClusterAccess implements AutoCloseable {
  private final ModelContext context;
  private @Nullable TopicAdmin topics;
  private @Nullable Admin admin;

  /** Connects to nothing yet. */
  public ClusterAccess(ModelContext context) {
    this.context = context;
  }

  ModelContext context() {
    return context;
  }

  String clientId() {
    return "tidemill-" + context.model() + "-doctor";
  }

  String bootstrapServers() {
    return context.clients().bootstrapServers();
  }

  /** Says how to grant the rights that the checks need. */
  public String howToGrant() {
    return "grant the rights of role doctor, which tidemill topics acls prints";
  }

  /**
   * Returns the admin of the model's topics, after a broker has answered once.
   *
   * @throws UnreachableBrokerException if none does
   */
  synchronized TopicAdmin topics() {
    TopicAdmin opened = topics;
    if (opened == null) {
      opened = context.openAdmin();
      topics = opened;
    }
    return opened;
  }

  /**
   * Returns a client for other requests, after a broker has answered once.
   *
   * @throws UnreachableBrokerException if none does
   */
  synchronized Admin admin() {
    TopicAdmin unused = topics();
    Admin opened = admin;
    if (opened == null) {
      opened = context.clients().admin(clientId());
      admin = opened;
    }
    return opened;
  }

  /** Returns the brokers that run. */
  Collection<Node> brokers() {
    return KafkaResult.get(admin().describeCluster(new DescribeClusterOptions()).nodes());
  }

  @Override
  public synchronized void close() {
    if (topics != null) {
      topics.close();
    }
    if (admin != null) {
      admin.close(Duration.ofSeconds(1));
    }
  }
}
