package dev.tidemill.pipeline;

import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.WithKafka;

@WithKafka
class PipelineOnEmbeddedBrokerIT extends PipelineSuite {
  PipelineOnEmbeddedBrokerIT(KafkaCluster kafka) {
    super(kafka);
  }
}
