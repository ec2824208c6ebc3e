/** Decides when training has diverged, and remembers what a rollback leaves out. No I/O. */
@NullMarked
package dev.tidemill.trainer.divergence;

import org.jspecify.annotations.NullMarked;
