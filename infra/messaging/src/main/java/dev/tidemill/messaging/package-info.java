/** How workers talk to Kafka: one factory of clients, topics, transactions, dead letters. */
@NullMarked
package dev.tidemill.messaging;

import org.jspecify.annotations.NullMarked;
