/** The base of every worker: settings, life cycle, health and the metrics endpoint. */
@NullMarked
package dev.tidemill.runtime;

import org.jspecify.annotations.NullMarked;
