/** Traces of records: what the workers say of them, without a tracing library. */
@NullMarked
package dev.tidemill.messaging.tracing;

import org.jspecify.annotations.NullMarked;
