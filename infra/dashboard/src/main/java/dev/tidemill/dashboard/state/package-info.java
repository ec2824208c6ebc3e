/**
 * What the dashboard knows of a model: folds over records, offsets and times, without I/O and with
 * bounded memory.
 */
@NullMarked
package dev.tidemill.dashboard.state;

import org.jspecify.annotations.NullMarked;
