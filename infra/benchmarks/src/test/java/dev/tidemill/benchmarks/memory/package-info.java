@NullMarked
package dev.tidemill.benchmarks.memory;

import org.jspecify.annotations.NullMarked;
