@NullMarked
package dev.tidemill.benchmarks.engine;

import org.jspecify.annotations.NullMarked;
