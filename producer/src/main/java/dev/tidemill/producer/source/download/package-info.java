/** Data sets that are fetched once, checked and kept. */
@NullMarked
package dev.tidemill.producer.source.download;

import org.jspecify.annotations.NullMarked;
