/** What every worker stands on: settings, the life cycle, health and the metrics endpoint. */
@NullMarked
package dev.tidemill.runtime;

import org.jspecify.annotations.NullMarked;
