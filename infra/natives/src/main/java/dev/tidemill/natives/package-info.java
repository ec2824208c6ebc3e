/** Native libraries: unpacked from jars into a cache, and loaded so that none is the system's. */
@NullMarked
package dev.tidemill.natives;

import org.jspecify.annotations.NullMarked;
