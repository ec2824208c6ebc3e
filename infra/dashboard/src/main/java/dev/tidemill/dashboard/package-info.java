/** The dashboard: a page that shows the models on a log, live, and sends operators' commands. */
@NullMarked
package dev.tidemill.dashboard;

import org.jspecify.annotations.NullMarked;
