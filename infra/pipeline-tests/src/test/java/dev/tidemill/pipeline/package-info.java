/** Tests of all modules together. */
@NullMarked
package dev.tidemill.pipeline;

import org.jspecify.annotations.NullMarked;
