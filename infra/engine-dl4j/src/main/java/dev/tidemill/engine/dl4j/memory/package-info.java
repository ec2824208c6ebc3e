/** Off-heap memory as flat runs of floats, and who owns it: a state, a plan, or plans in turn. */
@NullMarked
package dev.tidemill.engine.dl4j.memory;

import org.jspecify.annotations.NullMarked;
