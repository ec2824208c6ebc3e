/** Traces of records with OpenTelemetry. */
@NullMarked
package dev.tidemill.tracing;

import org.jspecify.annotations.NullMarked;
