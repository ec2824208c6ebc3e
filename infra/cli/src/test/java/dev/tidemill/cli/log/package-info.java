@NullMarked
package dev.tidemill.cli.log;

import org.jspecify.annotations.NullMarked;
