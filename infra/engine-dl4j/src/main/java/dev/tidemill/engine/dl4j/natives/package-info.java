/** The native libraries: how they are loaded, and a prepared call of one of their operations. */
@NullMarked
package dev.tidemill.engine.dl4j.natives;

import org.jspecify.annotations.NullMarked;
