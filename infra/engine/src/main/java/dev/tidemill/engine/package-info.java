/**
 * The engine seam: what a model is, as data, and what a library that computes has to do with it.
 */
@NullMarked
package dev.tidemill.engine;

import org.jspecify.annotations.NullMarked;
