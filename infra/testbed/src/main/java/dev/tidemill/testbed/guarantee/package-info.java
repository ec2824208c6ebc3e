/**
 * Checks the guarantees of docs/architecture.md. Each checker is a function from a history to the
 * violations in it, and does no I/O.
 */
@NullMarked
package dev.tidemill.testbed.guarantee;

import org.jspecify.annotations.NullMarked;
