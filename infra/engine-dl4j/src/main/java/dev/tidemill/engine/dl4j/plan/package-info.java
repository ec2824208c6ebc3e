/**
 * Compiles a network for a batch size into a plan of kernels. Cuts batches into shards, and sums
 * their gradients over several threads.
 */
@NullMarked
package dev.tidemill.engine.dl4j.plan;

import org.jspecify.annotations.NullMarked;
