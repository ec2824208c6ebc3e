/**
 * Connects workers to Kafka: the client factory, topics, transactions, dead letters and control.
 */
@NullMarked
package dev.tidemill.messaging;

import org.jspecify.annotations.NullMarked;
