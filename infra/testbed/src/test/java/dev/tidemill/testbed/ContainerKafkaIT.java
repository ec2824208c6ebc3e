package dev.tidemill.testbed;

/** Runs where a container engine answers. */
@WithKafka(WithKafka.Kind.CONTAINER)
final class ContainerKafkaIT extends KafkaClusterChecks {}
