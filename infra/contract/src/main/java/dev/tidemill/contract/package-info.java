/**
 * What a model's data means: derives a contract from data, compares and extends contracts, and
 * prepares raw values as one says. Knows no Kafka.
 */
@NullMarked
package dev.tidemill.contract;

import org.jspecify.annotations.NullMarked;
