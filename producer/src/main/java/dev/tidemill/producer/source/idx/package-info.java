/** The IDX files of MNIST and of data sets like it. */
@NullMarked
package dev.tidemill.producer.source.idx;

import org.jspecify.annotations.NullMarked;
