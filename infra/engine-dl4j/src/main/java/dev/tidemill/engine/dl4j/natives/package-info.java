/** Loads the native libraries and prepares calls of their operations. */
@NullMarked
package dev.tidemill.engine.dl4j.natives;

import org.jspecify.annotations.NullMarked;
