/** Downloads data sets once, checks them and caches them. */
@NullMarked
package dev.tidemill.producer.source.download;

import org.jspecify.annotations.NullMarked;
