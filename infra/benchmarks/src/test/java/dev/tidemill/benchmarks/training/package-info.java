@org.jspecify.annotations.NullMarked
package dev.tidemill.benchmarks.training;
