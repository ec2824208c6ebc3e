/** What a run prints. */
@NullMarked
package dev.tidemill.chaos.report;

import org.jspecify.annotations.NullMarked;
