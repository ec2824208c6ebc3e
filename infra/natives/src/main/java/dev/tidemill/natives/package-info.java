/** Unpacks native libraries from jars into a cache, and loads them instead of the system's. */
@NullMarked
package dev.tidemill.natives;

import org.jspecify.annotations.NullMarked;
