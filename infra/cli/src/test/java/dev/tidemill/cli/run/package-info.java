/** Tests of running a worker. */
@NullMarked
package dev.tidemill.cli.run;

import org.jspecify.annotations.NullMarked;
