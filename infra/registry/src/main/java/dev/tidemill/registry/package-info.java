/** A client of schema registries with Confluent's REST API. */
@NullMarked
package dev.tidemill.registry;

import org.jspecify.annotations.NullMarked;
