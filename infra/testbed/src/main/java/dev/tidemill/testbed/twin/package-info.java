/** Copies of a class with one seeded bug, which a test of interleavings must find. */
@NullMarked
package dev.tidemill.testbed.twin;

import org.jspecify.annotations.NullMarked;
