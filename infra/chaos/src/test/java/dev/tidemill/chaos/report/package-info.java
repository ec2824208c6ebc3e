/** Tests of reports. */
@NullMarked
package dev.tidemill.chaos.report;

import org.jspecify.annotations.NullMarked;
