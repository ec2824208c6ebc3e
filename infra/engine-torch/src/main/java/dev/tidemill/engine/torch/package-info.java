/** The engine on libtorch. */
@NullMarked
package dev.tidemill.engine.torch;

import org.jspecify.annotations.NullMarked;
