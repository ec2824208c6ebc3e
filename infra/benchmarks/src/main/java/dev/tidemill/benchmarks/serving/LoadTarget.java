package dev.tidemill.benchmarks.serving;

/**
 * A worker or peer that answers requests.
 *
 * @param requests topic of requests
 * @param answers topic of answers
 * @param partitions of each of the two
 * @param form of a request, see {@link RequestForm#named}
 */
record LoadTarget(String name, String requests, String answers, int partitions, String form) {}
