package dev.tidemill.inference;

import dev.tidemill.schemas.Topics;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;

/**
 * What serving needs to know about the requests and predictions topics. The id of the requests
 * topic reveals that it was deleted and recreated. The number of predictions partitions shows
 * whether each request has a partition for its answer. Any thread.
 */
final class ServingTopics {
  private static final int TIMEOUT_MS = 10_000;

  private final Admin admin;
  private final Topics topics;
  private volatile String requestsId = "";
  private volatile int predictionsPartitions;

  /** Asks the brokers nothing yet. The caller closes {@code admin}. */
  ServingTopics(Admin admin, Topics topics) {
    this.admin = admin;
    this.topics = topics;
  }

  /**
   * Asks the brokers again.
   *
   * @throws KafkaException if they do not answer
   */
  void refresh() {
    DescribeTopicsOptions options = new DescribeTopicsOptions();
    options.timeoutMs(TIMEOUT_MS);
    try {
      Map<String, TopicDescription> found =
          admin
              .describeTopics(List.of(topics.requests(), topics.predictions()), options)
              .allTopicNames()
              .get();
      requestsId = described(found, topics.requests()).topicId().toString();
      predictionsPartitions = described(found, topics.predictions()).partitions().size();
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof KafkaException cause ? cause : new KafkaException(e.getCause());
    }
  }

  private static TopicDescription described(Map<String, TopicDescription> found, String topic) {
    TopicDescription description = found.get(topic);
    if (description == null) {
      throw new KafkaException("the brokers returned no description of topic " + topic);
    }
    return description;
  }

  /** Returns the id of the requests topic; empty before the first {@link #refresh}. */
  String requestsId() {
    return requestsId;
  }

  String predictions() {
    return topics.predictions();
  }

  /** Returns the number of partitions as of the last {@link #refresh}. */
  int predictionsPartitions() {
    return predictionsPartitions;
  }
}
