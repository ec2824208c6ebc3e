/**
 * Reads checkpoints and requests, and writes predictions. One version gives each answer, and each
 * request gets exactly one.
 */
@NullMarked
package dev.tidemill.inference;

import org.jspecify.annotations.NullMarked;
