package dev.tidemill.producer;

import dev.tidemill.messaging.KafkaClients;
import dev.tidemill.messaging.RecordCodec;
import dev.tidemill.messaging.TopicAdmin;
import dev.tidemill.schemas.Topics;

/** One model's topics, and how to reach them. */
public record Destination(String model, Topics topics, KafkaClients clients, RecordCodec codec) {
  /**
   * Returns once a broker has answered and these topics are known to be there.
   *
   * @throws dev.tidemill.messaging.UnreachableBrokerException if no broker answers
   * @throws dev.tidemill.messaging.MissingTopicException naming the first topic that is not there
   */
  public void require(String clientId, Topics.Name... names) {
    try (TopicAdmin admin = new TopicAdmin(clients, clientId)) {
      admin.reach(TopicAdmin.REACH_TIMEOUT);
      admin.require(topics, model, names);
    }
  }
}
