/**
 * The trainer worker: trains on batches and publishes checkpoints. Its README maps concepts to
 * classes.
 */
@NullMarked
package dev.tidemill.trainer;

import org.jspecify.annotations.NullMarked;
