/**
 * Model specs and model state as data, and the interface that machine-learning libraries implement.
 */
@NullMarked
package dev.tidemill.engine;

import org.jspecify.annotations.NullMarked;
