/** A source for the IDX files of MNIST and similar data sets. */
@NullMarked
package dev.tidemill.producer.source.idx;

import org.jspecify.annotations.NullMarked;
