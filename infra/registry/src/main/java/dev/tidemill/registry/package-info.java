/** The client of a schema registry with Confluent's REST API. */
@NullMarked
package dev.tidemill.registry;

import org.jspecify.annotations.NullMarked;
