/** Everything in one process: a broker, a producer, a trainer, an inference worker and a caller. */
@NullMarked
package dev.tidemill.cli.demo;

import org.jspecify.annotations.NullMarked;
