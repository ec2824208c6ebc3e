/**
 * The trainer worker: batches in, checkpoints out. Its README says which class is which concept.
 */
@NullMarked
package dev.tidemill.trainer;

import org.jspecify.annotations.NullMarked;
