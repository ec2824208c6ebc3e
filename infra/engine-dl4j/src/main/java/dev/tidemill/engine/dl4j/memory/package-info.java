/**
 * Off-heap memory as flat ranges of floats, and its owners: a state, a plan, or plans that take
 * turns.
 */
@NullMarked
package dev.tidemill.engine.dl4j.memory;

import org.jspecify.annotations.NullMarked;
