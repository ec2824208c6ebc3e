/** The demo: producer, trainer, inference worker and client in one process. */
@NullMarked
package dev.tidemill.cli.demo;

import org.jspecify.annotations.NullMarked;
