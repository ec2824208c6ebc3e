package dev.tidemill.testbed;

/** Runs if a container engine is available. */
@WithKafka(WithKafka.Kind.CONTAINER)
final class ContainerKafkaIT extends KafkaClusterChecks {}
