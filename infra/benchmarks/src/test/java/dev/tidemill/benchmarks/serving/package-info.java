@NullMarked
package dev.tidemill.benchmarks.serving;

import org.jspecify.annotations.NullMarked;
