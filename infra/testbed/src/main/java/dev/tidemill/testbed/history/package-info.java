/**
 * What happened to a model, read from its topics with Kafka's consumer, Avro's generic records and
 * the published schemas. Shares no code with the product.
 */
@NullMarked
package dev.tidemill.testbed.history;

import org.jspecify.annotations.NullMarked;
