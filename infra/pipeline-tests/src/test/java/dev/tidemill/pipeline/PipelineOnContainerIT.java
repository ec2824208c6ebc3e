package dev.tidemill.pipeline;

import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.WithKafka;
import dev.tidemill.testbed.WithKafka.Kind;

@WithKafka(Kind.CONTAINER)
class PipelineOnContainerIT extends PipelineSuite {
  PipelineOnContainerIT(KafkaCluster kafka) {
    super(kafka);
  }
}
