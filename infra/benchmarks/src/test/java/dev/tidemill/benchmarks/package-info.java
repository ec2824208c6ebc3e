@NullMarked
package dev.tidemill.benchmarks;

import org.jspecify.annotations.NullMarked;
