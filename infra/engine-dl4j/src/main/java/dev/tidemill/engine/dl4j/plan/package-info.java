/**
 * Compiles a network for a batch size into a plan of kernels. Cuts batches into shards and computes
 * their gradients on several threads.
 */
@NullMarked
package dev.tidemill.engine.dl4j.plan;

import org.jspecify.annotations.NullMarked;
