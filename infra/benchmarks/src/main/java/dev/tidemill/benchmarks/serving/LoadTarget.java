package dev.tidemill.benchmarks.serving;

/**
 * Somebody who answers.
 *
 * @param name what orders call it
 * @param requests topic to ask on
 * @param answers topic that answers come on
 * @param partitions of each of the two
 * @param form what a request looks like, see {@link RequestForm#named}
 */
record LoadTarget(String name, String requests, String answers, int partitions, String form) {}
