/** Checkpoints and requests in, predictions out: each by one version, each exactly once. */
@NullMarked
package dev.tidemill.inference;

import org.jspecify.annotations.NullMarked;
