package dev.tidemill.benchmarks.serving;

/**
 * What the publishing process is to do.
 *
 * @param everyMillis from the beginning of one to the beginning of the next; a slower one delays
 *     those after it
 */
record PublishOrder(int versions, long everyMillis) {}
